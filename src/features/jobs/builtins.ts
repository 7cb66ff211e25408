/** Jobs: the verb of keeping those that the server has of itself, as its code declares them. */
import { and, eq, ne, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { triggersChanged } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { jobs } from './model.ts';
import { firstDue } from './schedule.ts';

type Row = Pick<typeof jobs.$inferSelect, 'id' | 'job_id' | 'cron_expression' | 'next_run_at'>;

/** As of a new one, whatever somebody made under its name before; but it stays paused. */
const asDeclared = {
  function: sql`excluded.function`,
  trigger_type: sql`excluded.trigger_type`,
  cron_expression: sql`excluded.cron_expression`,
  timezone: sql`excluded.timezone`,
  payload: sql`excluded.payload`,
  start_date: null,
  end_date: null,
  is_builtin: true,
};

const keep = statement('jobs.keepBuiltin', ({ job_id, ...row }: Slots<Row>) =>
  build
    .insert(jobs)
    .values({
      ...row,
      job_id,
      function: job_id,
      trigger_type: 'cron',
      payload: {},
      is_builtin: true,
    } as never)
    .onConflictDoUpdate({
      target: jobs.job_id,
      set: {
        ...asDeclared,
        next_run_at: sql`case when ${jobs.paused} then null else excluded.next_run_at end`,
        updated_at: sql`now()`,
        version: sql`${jobs.version} + 1`,
      },
      // One that is due later than it says was moved on by a clock that was wrong.
      setWhere: sql`not ${jobs.is_builtin} or ${jobs.cron_expression} <> excluded.cron_expression
        or ${jobs.next_run_at} > excluded.next_run_at`,
    })
    .returning({ id: jobs.id }),
);

const drop = statement('jobs.dropBuiltins', ({ names }: Slots<{ names: readonly string[] }>) =>
  build
    .delete(jobs)
    .where(and(eq(jobs.is_builtin, sql`true`), ne(jobs.job_id, sql`all(${names}::text[])`)))
    .returning({ id: jobs.id }),
);

/**
 * Makes the triggers of the jobs that declare when they run, and removes those of jobs that declare it no
 * more. What was missed while no server ran stays due.
 *
 * @throws where a job declares it that cannot be run without being told something
 */
export async function keepBuiltins(db: Db, { jobs: { byName, check }, clock }: Ports) {
  const declared = [...byName.values()].filter(({ cron }) => cron !== undefined);
  const rows = declared.map((job): Row => {
    check(job, {});
    const { name: job_id, cron: cron_expression = null } = job;
    const dueMs = firstDue({ ...blank, job_id, cron_expression }, clock.now());
    if (dueMs === null) throw new Error(`${job_id} is never due by ${cron_expression}`);
    return { id: newId(), job_id, cron_expression, next_run_at: new Date(dueMs).toISOString() };
  });
  await db.transaction(async (db) => {
    for (const row of rows) await keep(db, row);
    await drop(db, { names: rows.map(({ job_id }) => job_id) });
    db.notify(triggersChanged, '');
  });
}

const blank = {
  trigger_type: 'cron',
  timezone: 'UTC',
  weeks: null,
  days: null,
  hours: null,
  minutes: null,
  seconds: null,
  run_date: null,
  start_date: null,
  end_date: null,
} as const;
