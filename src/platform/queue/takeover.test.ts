/** Jobs whose process ends, is silent, or loses the database: another one does them, and none is lost. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { job, type Run } from '#kernel/job.ts';
import { system } from '#kernel/principal.ts';
import { openLog } from '#platform/log.ts';
import { harness } from '#test/harness.ts';
import { openBoss } from './boss.ts';
import { enqueue } from './enqueue.ts';
import { openWorker } from './worker.ts';

const Nothing = Type.Object({}, { additionalProperties: false });

const calls: (Run<object> & PromiseWithResolvers<undefined>)[] = [];
const waiting = job({
  name: 'test.waiting',
  summary: 'Ends when it is told to',
  payload: Nothing,
  retries: 1,
  run(run) {
    const call = { ...run, ...Promise.withResolvers<undefined>() };
    calls.push(call);
    return call.promise;
  },
});
const quick = job({
  name: 'test.quick',
  summary: 'Asks the database',
  payload: Nothing,
  concurrency: 4,
  retries: 10,
  async run({ ports }) {
    await ports.database.execute('select pg_sleep(0.01)');
    return undefined;
  },
});

const { ports, pool, peer } = await harness({ jobs: [waiting, quick] });
const db = ports.database.as(system);
const log = openLog({ LOG_LEVEL: 'silent', ENVIRONMENT: 'production' });
const open = (on = ports) => openWorker(on, log, { pollMs: 50, drainMs: 0, patienceMs: 0 });

async function call(number: number) {
  while (calls.length < number) await sleep(5);
  const found = calls[number - 1];
  assert.ok(found);
  return found;
}
async function runOf(id: string | undefined) {
  const { rows } = await pool.query('select * from plinth_queue.runs where id = $1', [id]);
  return rows[0];
}

suite('a job', () => {
  test('of a process that is silent is done by another, and the first says no more of it', async () => {
    const silent = await open();
    const id = await enqueue(db, waiting, {});
    const first = await call(1);
    const other = await open(await peer());
    await pool.query(
      `update plinth_queue.job set heartbeat_on = now() - interval '1 minute' where id = $1`,
      [id],
    );
    while ((await runOf(id)).state === 'active') await sleep(10);
    assert.equal((await runOf(id)).error, 'The process that ran it died, or was silent');
    await pool.query('update plinth_queue.job set start_after = now() where id = $1', [id]);
    const second = await call(2);
    assert.deepEqual([first.attempt, second.attempt, second.id], [1, 2, id]);
    first.reject(new Error('too late'));
    await silent.close();
    assert.deepEqual(await states(id), ['active', 2]);
    second.resolve(undefined);
    await other.idle();
    assert.deepEqual(await states(id), ['completed', 2]);
    await other.close();
    calls.length = 0;
  });

  test('that a process does not finish before it stops is there for another, as the same attempt', async () => {
    const stopping = await open();
    const id = await enqueue(db, waiting, {});
    const first = await call(1);
    await stopping.close();
    assert.match(String(first.signal.reason), /The server stops/);
    assert.deepEqual(await states(id), ['retry', 0]);
    first.resolve(undefined);
    const other = await open();
    const second = await call(2);
    assert.deepEqual([second.attempt, second.id], [1, id]);
    second.resolve(undefined);
    await other.idle();
    assert.deepEqual(await states(id), ['completed', 1]);
    await other.close();
  });

  const skip = ports.database.kind === 'pglite' && 'its connection is no connection';
  test('is done though the connections break again and again', { skip }, async () => {
    const worker = await open();
    await db.transaction(async (db) => {
      for (let number = 0; number < 60; number++) await enqueue(db, quick, {});
    });
    for (let number = 0; number < 5; number++) {
      await sleep(30);
      await pool
        .query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        )
        .catch(() => {});
    }
    await pool.query(`update plinth_queue.job set start_after = now() where state = 'retry'`);
    await worker.idle();
    // An answer that was lost with its connection leaves what nobody knows to run.
    await pool.query(
      `update plinth_queue.job set heartbeat_on = now() - interval '1 minute' where state = 'active'`,
    );
    while ((await left()) > 0) {
      await pool.query(`update plinth_queue.job set start_after = now() where state = 'retry'`);
      await worker.idle();
    }
    await worker.close();
  });

  test('stands in tables that are as their library wants them', async () => {
    const boss = await openBoss(ports.database, log);
    const { ok } = await boss.detectSchemaDrift();
    assert.equal(ok, true);
    await boss.stop({ graceful: false, close: false });
  });
});

async function states(id: string | undefined) {
  const { state, attempt } = await runOf(id);
  return [state, attempt];
}
async function left(): Promise<number> {
  const { rows } = await pool.query(
    `select count(*)::int as left from plinth_queue.job where name = 'test.quick' and state <> 'completed'`,
  );
  return rows[0].left;
}
