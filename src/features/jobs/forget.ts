/** Jobs: the verb of forgetting triggers that fired once. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import type { Slots } from '#kernel/statement.ts';
import { forgetting } from '#platform/db/forget.ts';
import { jobs } from './model.ts';

const dropTriggers = forgetting(
  'jobs.forget',
  { table: jobs, key: jobs.id },
  ({ days }: Slots<{ days: number }>) =>
    and(
      eq(jobs.trigger_type, sql`'once'`),
      isNull(jobs.next_run_at),
      sql`coalesce(${jobs.last_run_at}, ${jobs.run_date}) <= now() - ${days} * interval '1 day'`,
    ),
);

/** Removes the triggers that fired once, when their runs are no history any more. @returns how many */
export const forgetTriggers = (
  db: Db,
  { JOB_HISTORY_DAYS: days }: Pick<Ports['settings'], 'JOB_HISTORY_DAYS'>,
  signal?: AbortSignal,
): Promise<number> => dropTriggers(db, { days }, signal);
