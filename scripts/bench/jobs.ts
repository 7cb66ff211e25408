/** Jobs: ours against pg-boss as it comes, on the same PostgreSQL, in the same process, in turn. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import { nothing, openOurs, ours, raw, type Side, waiters } from './job-sides.ts';
import { median } from './measure.ts';
import type { Postgres } from './postgres.ts';
import { BenchError } from './processes.ts';

/** Empty jobs in a round. */
const jobCount = 1_000;
/** Queued one by one in a round, and as many again ten at a time. */
const enqueued = 300;
const delays = 100;
/** PostgreSQL counts what a connection did within half of this. */
const idleMs = 20_000;

/** So many in a second. */
async function rate(count: number, work: () => Promise<unknown>) {
  const since = performance.now();
  await work();
  return (count * 1000) / (performance.now() - since);
}

async function oneByOne(count: number, add: (number: number) => Promise<unknown>) {
  for (let number = 0; number < count; number++) await add(number);
}

/** @param width at a time */
function inParallel(count: number, width: number, add: (number: number) => Promise<unknown>) {
  return Promise.all(Array.from({ length: width }, () => oneByOne(count / width, add)));
}

async function untilNoneIsLeft(admin: pg.Client, table: string) {
  const left = `select from ${table} where state < 'completed' and name = 'bench.nothing' limit 1`;
  while ((await admin.query(left)).rowCount) await sleep(5);
}

type Rates = Record<string, number>;

async function measure(admin: pg.Client, { table, add, run }: Side): Promise<Rates> {
  const rates: Rates = {};
  const clear = () => admin.query(`truncate ${table}`);
  await clear();
  rates['queued one by one'] = await rate(enqueued, () => oneByOne(enqueued, add));
  rates['queued 10 at a time'] = await rate(enqueued, () => inParallel(enqueued, 10, add));
  for (const [what, start] of Object.entries(run)) {
    await clear();
    await inParallel(jobCount, 10, add);
    let stop: (() => Promise<unknown>) | undefined;
    rates[what] = await rate(jobCount, async () => {
      stop = await start();
      await untilNoneIsLeft(admin, table);
    });
    await stop?.();
  }
  return rates;
}

/** From the commit to the start of the run, in ms. */
async function delaysOf(add: (number: number) => Promise<unknown>) {
  const found: number[] = [];
  for (let number = 0; number < delays; number++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    waiters.push(resolve);
    await add(number);
    const committedMs = performance.timeOrigin + performance.now();
    found.push(Math.max(0, (await promise) - committedMs));
    await sleep(60); // what is told to others is told once in a while
  }
  return found.sort((a, b) => a - b);
}

const shown = (found: readonly number[]) =>
  `median ${median(found).toFixed(1)} ms, p99 ${found[Math.floor(found.length * 0.99) - 1]?.toFixed(1)} ms`;

/** Queued by a process that runs none. */
async function delaysFromElsewhere(url: string) {
  const child = fork(import.meta.filename, [url], { execArgv: [] });
  const ended = once(child, 'exit').then(() => {
    throw new BenchError('The process that queues jobs ended.');
  });
  const answered = () => Promise.race([once(child, 'message'), ended]);
  await answered();
  const found = await delaysOf(async (number) => {
    const answer = answered();
    child.send(number);
    await answer;
  });
  ended.catch(() => {});
  child.disconnect();
  return found;
}

/** Each is a transaction, where nothing else goes on. */
async function statementsWhenIdle(admin: pg.Client): Promise<number> {
  const count = async () => {
    await sleep(idleMs);
    await admin.query('select pg_stat_clear_snapshot()');
    const text =
      'select xact_commit::int as count from pg_stat_database where datname = current_database()';
    return (await admin.query<{ count: number }>(text)).rows[0]?.count ?? 0;
  };
  const before = await count();
  return (((await count()) - before) * 1000) / idleMs;
}

function table(rounds: readonly { readonly ours: Rates; readonly bare: Rates }[]): string[] {
  return Object.keys(rounds[0]?.ours ?? {}).map((what) => {
    const of = (side: 'ours' | 'bare') => median(rounds.map((round) => round[side][what] ?? 0));
    const ratio = median(rounds.map(({ ours, bare }) => (ours[what] ?? 0) / (bare[what] ?? 1)));
    const [mine, its] = [of('ours'), of('bare')].map((rate) => rate.toFixed(0).padStart(8));
    return `${what.padEnd(30)}${ratio.toFixed(2).padStart(6)}${mine}${its}`;
  });
}

/** @returns the report */
export async function benchJobs({ url, admin }: Postgres, rounds: number): Promise<string> {
  const mine = await openOurs(url);
  const boss = new PgBoss({ connectionString: url, max: 10, schema: 'pgboss' });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue(nothing.name);
  const measured: { ours: Rates; bare: Rates }[] = [];
  for (let round = 0; round < rounds; round++) {
    const bare = await measure(admin, raw(boss));
    measured.push({ bare, ours: await measure(admin, ours(mine)) });
  }
  await boss.stop({ graceful: false });
  const without = await statementsWhenIdle(admin);
  const { close } = await mine.openWorker();
  const idle = await statementsWhenIdle(admin);
  const here = await delaysOf(mine.add);
  const elsewhere = await delaysFromElsewhere(url);
  await close();
  await mine.ports.database.close();
  return [
    `${'jobs a second'.padEnd(30)} ratio    ours pg-boss`,
    ...table(measured),
    '',
    `statements a second when idle: ${idle.toFixed(2)}, and ${without.toFixed(2)} without the worker`,
    `from commit to start, in the same process: ${shown(here)}`,
    `from commit to start, from another process: ${shown(elsewhere)}`,
  ].join('\n');
}

/** The process that only queues. */
async function elsewhere(url: string) {
  const { add, ports } = await openOurs(url);
  process.on('message', async (number: number) => {
    await add(number);
    process.send?.('added');
  });
  process.on('disconnect', () => ports.database.close());
  process.send?.('ready');
}

if (process.argv[1] === import.meta.filename) await elsewhere(process.argv[2] ?? '');
