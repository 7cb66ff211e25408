/** Metrics of jobs: what this process ran, and from one statement what waits and what failed. */
import { sql } from 'drizzle-orm';
import type { Registry } from 'prom-client';
import { build, type Db } from '#kernel/db.ts';
import type { Jobs } from '#kernel/job.ts';
import { statement } from '#kernel/statement.ts';
import { queue } from '../queue/tables.ts';

/** By an index each; what is due later does not wait. */
const standing = statement('queue.standing', (_: object) =>
  build
    .select({
      name: sql<string>`name`.as('name'),
      waiting: sql<number>`waiting`.as('waiting'),
      failed: sql<number>`failed`.as('failed'),
    })
    .from(
      sql`(
        select name, sum(waiting)::int as waiting, sum(failed)::int as failed
        from (
          select name, count(*) as waiting, 0 as failed from ${queue}
          where state < 'active' and not blocked and start_after <= now() group by name
          union all
          select name, 0, count(*) from ${queue} where state = 'failed' group by name
        ) counted
        group by name
      ) standing`,
    ),
);

type Library = Pick<typeof import('prom-client'), 'Counter' | 'Gauge'>;

export function jobMetrics({ Counter, Gauge }: Library, registry: Registry, jobs: Jobs, db: Db) {
  const registers = [registry];
  const labelNames = ['function'];
  new Counter({
    name: 'plinth_job_attempts_total',
    help: 'Attempts at jobs that ended in this process, by how they ended.',
    labelNames: [...labelNames, 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [name, { endings }] of jobs.counts) {
        for (const [outcome, count] of endings) this.inc({ function: name, outcome }, count);
      }
    },
  });
  new Counter({
    name: 'plinth_job_seconds_total',
    help: 'Seconds that these attempts took together.',
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const [name, { seconds }] of jobs.counts) this.inc({ function: name }, seconds);
    },
  });
  new Gauge({
    name: 'plinth_jobs_running',
    help: 'Jobs that this process runs now.',
    labelNames,
    registers,
    collect() {
      for (const [name, { running }] of jobs.counts) this.set({ function: name }, running);
    },
  });

  let reading: ReturnType<typeof standing> | undefined;
  /** Once for both; where the database is away the rest is told without it. */
  const read = () => {
    reading ??= standing(db, {})
      .catch(() => [])
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  const gauges = [
    ['waiting', 'Jobs that are due and wait for a process, of the whole database.'],
    ['failed', 'Jobs in the history that failed for good, of the whole database.'],
  ] as const;
  for (const [what, help] of gauges) {
    new Gauge({
      name: `plinth_jobs_${what}`,
      help,
      labelNames,
      registers,
      async collect() {
        this.reset();
        const rows = new Map((await read()).map((row) => [row.name, row[what]]));
        // Also of functions that are not there any more: what waits for one waits for ever.
        for (const name of new Set([...jobs.byName.keys(), ...rows.keys()])) {
          this.set({ function: name }, rows.get(name) ?? 0);
        }
      },
    });
  }
}
