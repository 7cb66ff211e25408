/** The two that the benchmark of jobs compares: pg-boss as it comes, and ours. */
import type { PgBoss } from 'pg-boss';
import pino from 'pino';
import { Type } from 'typebox';
import { job } from '#kernel/job.ts';
import { system } from '#kernel/principal.ts';
import { migrate } from '#platform/db/migrations/apply.ts';
import { openPool } from '#platform/db/open.ts';
import { enqueue } from '#platform/queue/enqueue.ts';
import { openWorker } from '#platform/queue/worker.ts';
import { loadConfig } from '../../src/config.ts';
import { openPorts } from '../../src/ports.ts';

const concurrency = 10;
/** Both processes open with it what the first one sealed. */
const SECRET_KEY = 'nothing is kept in this database';

export const waiters: ((startedMs: number) => void)[] = [];
export const nothing = job({
  name: 'bench.nothing',
  summary: 'Does nothing',
  payload: Type.Object({ number: Type.Integer() }, { additionalProperties: false }),
  concurrency,
  async run() {
    waiters.shift()?.(performance.timeOrigin + performance.now());
    return undefined;
  },
});

export async function openOurs(url: string) {
  const config = loadConfig({ DATABASE_URL: url, LOG_LEVEL: 'silent' });
  const pool = await openPool(config);
  await migrate(pool.pool, { folder: new URL('../../migrations', import.meta.url).pathname });
  const ports = await openPorts({ ...config, SECRET_KEY }, pool, { jobs: [nothing] });
  const db = ports.database.as(system);
  const log = pino({ level: 'silent' });
  return {
    ports,
    add: (number: number) => enqueue(db, nothing, { number }),
    openWorker: () => openWorker(ports, log),
  };
}

export type Side = {
  /** Where its jobs are. */
  readonly table: string;
  add(number: number): Promise<unknown>;
  /** Each starts what runs jobs. @returns what stops it */
  readonly run: Readonly<Record<string, () => Promise<() => Promise<unknown>>>>;
};

const [oneEach, tenTogether] = ['run, each fetched by itself', 'run, ten fetched together'];

/** Its own worker pauses after each job that it fetched by itself, so that is done without it. */
export function raw(boss: PgBoss): Side {
  const { name } = nothing;
  async function loop(isOver: () => boolean) {
    while (!isOver()) {
      const fetched = await boss.fetch(name);
      if (fetched.length > 0) await boss.complete(name, fetched);
    }
  }
  return {
    table: 'pgboss.job',
    add: (number) => boss.send(name, { number }),
    run: {
      [oneEach]: async () => {
        let isOver = false;
        const loops = Array.from({ length: concurrency }, () => loop(() => isOver));
        return () => {
          isOver = true;
          return Promise.all(loops);
        };
      },
      [tenTogether]: async () => {
        const options = { batchSize: concurrency, burstWhenBatchFull: true };
        await boss.work(name, options, async () => {});
        return () => boss.offWork(name, { wait: true });
      },
    },
  };
}

export function ours({ add, openWorker }: Awaited<ReturnType<typeof openOurs>>): Side {
  const run = async () => (await openWorker()).close;
  return { table: 'plinth_queue.job', add, run: { [oneEach]: run, [tenTogether]: run } };
}
