/**
 * A process of a crew that is killed. Its words say what it does: `work` runs jobs, `enqueue` queues them
 * and `write` writes letters, each in the transaction of a change. Of what is committed it says so, and
 * whoever types a line is told what there is.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { pgTable, uuid } from 'drizzle-orm/pg-core';
import pino from 'pino';
import { Type } from 'typebox';
import * as mail from '#features/mail/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { job } from '#kernel/job.ts';
import { system } from '#kernel/principal.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { migrate } from '#platform/db/migrations/apply.ts';
import { openPool } from '#platform/db/open.ts';
import { enqueue } from '#platform/queue/enqueue.ts';
import { openWorker } from '#platform/queue/worker.ts';
import { registeredJobs } from '../../src/app.ts';
import { migrationsFolder } from '../../src/cli/migrate.ts';
import { withSecrets } from '../../src/cli/secrets.ts';
import { loadConfig, processEnv } from '../../src/config.ts';
import { openPorts } from '../../src/ports.ts';

const changes = pgTable('proof_changes', { id: uuid().primaryKey() });
/** One for each time that a job did its work. */
const effects = pgTable('proof_effects', { change_id: uuid().notNull() });
const tables = `
  select pg_advisory_xact_lock(7270);
  create table if not exists proof_changes (id uuid primary key);
  create table if not exists proof_effects (change_id uuid not null);
  grant select, insert on proof_changes, proof_effects to public`;

const change = statement('proof.change', (row: Slots<{ id: string }>) =>
  build.insert(changes).values(row).returning({ id: changes.id }),
);
const affect = statement('proof.affect', (row: Slots<{ change_id: string }>) =>
  build.insert(effects).values(row).returning({ change_id: effects.change_id }),
);

const upTo = (ms: number) => sleep(Math.random() * ms);
/** Each half of the work of a job, at most. */
const slowMs = 100;
/** Between two changes of a process, at most. */
const pauseMs = Number(process.env.PAUSE_MS ?? 100);

const effect = job({
  name: 'proof.effect',
  summary: 'Leaves a row',
  payload: Type.Object({ change_id: Type.String() }, { additionalProperties: false }),
  retries: 30,
  retryDelaySeconds: 1,
  retryDelayMaxSeconds: 1,
  concurrency: 10,
  async run({ db, payload }) {
    await upTo(slowMs);
    await affect(db, payload);
    await upTo(slowMs);
    return undefined;
  },
});

const config = withSecrets(loadConfig(processEnv()));
const pool = await openPool(config);
await migrate(pool.pool, { folder: migrationsFolder });
await pool.pool.query(tables);
const ports = await openPorts(config, pool, { jobs: [...registeredJobs, effect] });
const db = ports.database.as(system);
const say = (word: string, what = '') => process.stdout.write(`${word} ${what}\n`);

/** Makes changes for ever, some of which are taken back at the last moment. */
async function keepChanging(changeOne: (db: Db) => Promise<string>) {
  for (;;) {
    const made: string[] = [];
    const isTakenBack = Math.random() < 0.1;
    const work = db.transaction(async (db) => {
      for (const most = 1 + Math.random() * 5; made.length < most; await upTo(3)) {
        made.push(await changeOne(db));
      }
      if (isTakenBack) throw new Error('taken back');
    });
    await work.then(
      () => say('committed', made.join()),
      (error) => {
        if (!isTakenBack) say('refused', error.message); // such as where many wait for one connection
      },
    );
    await upTo(pauseMs);
  }
}

async function addJob(db: Db) {
  const id = newId();
  await change(db, { id });
  await enqueue(db, effect, { change_id: id });
  return id;
}

async function addLetter(db: Db) {
  const id = newId();
  const recipient = `${id}@example.com`;
  await change(db, { id });
  await mail.send(db, ports, recipient, mail.testLetter(ports.settings, recipient));
  return recipient;
}

const counted = `
  select json_build_object(
    'changes', (select json_agg(id) from proof_changes),
    'effects', (select json_agg(change_id) from proof_effects),
    'jobs', (select json_object_agg(state, n) from (
      select state, count(*) as n from plinth_queue.job
      where name in ('proof.effect', 'mail.deliver') group by 1) s),
    'letters', (select json_object_agg(state, n) from (
      select state, count(*) as n from plinth.emails group by 1) s)) as told`;

process.stdin.on('data', async () => {
  const [row] = (await ports.database.execute(counted)).rows as { told: object }[];
  say('told', JSON.stringify(row?.told));
});

const tasks: Readonly<Record<string, () => Promise<unknown>>> = {
  work: () => openWorker(ports, pino({ level: 'silent' })),
  enqueue: () => keepChanging(addJob),
  write: () => keepChanging(addLetter),
};
say('at work');
await Promise.all(process.argv.slice(2).map((name) => tasks[name]?.()));
