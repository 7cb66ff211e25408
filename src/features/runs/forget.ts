/** Runs: the verb of forgetting those that are history no more, with what they said. */
import { and, eq, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { inBatches } from '#platform/db/forget.ts';
import { queue, type RunState } from '#platform/queue/tables.ts';
import { jobLogs, jobProgress } from './model.ts';

/** So many runs go by one statement, each with all its lines. */
const batchSize = 1_000;

/** @property known where only these go */
type Over = { state: RunState; days: number; known?: readonly string[] | undefined };

/**
 * Runs that ended so long ago, and what they said. By when they were queued the index finds them; when
 * they ended is what counts, for one may have waited for months.
 */
const dropRuns = statement('runs.forget', ({ state, days, known }: Slots<Over>) => {
  const ago = sql`now() - ${days} * interval '1 day'`;
  const ended = build
    .select({ name: queue.name, id: queue.id })
    .from(queue)
    .where(
      and(
        eq(queue.state, state),
        known && sql`${queue.name} = any(${known}::text[])`,
        sql`${queue.created_on} <= ${ago}`,
        sql`${queue.completed_on} <= ${ago}`,
      ),
    )
    .limit(batchSize)
    .for('update', { skipLocked: true });
  const gone = build
    .$with('gone')
    .as(
      build
        .delete(queue)
        .where(sql`(${queue.name}, ${queue.id}) in ${ended}`)
        .returning({ id: queue.id }),
    );
  const ids = sql`(select id from gone)`;
  const lines = build
    .$with('lines')
    .as(
      build.delete(jobLogs).where(sql`${jobLogs.run_id} in ${ids}`).returning({ id: jobLogs.id }),
    );
  const shares = build
    .$with('shares')
    .as(
      build
        .delete(jobProgress)
        .where(sql`${jobProgress.run_id} in ${ids}`)
        .returning({ run_id: jobProgress.run_id }),
    );
  return build.with(gone, lines, shares).select({ id: gone.id }).from(gone);
});

/** Removes the history that is older than the settings want it. @returns how many runs that were */
export async function forgetRuns(
  db: Db,
  { jobs, settings }: Pick<Ports, 'jobs' | 'settings'>,
  signal?: AbortSignal,
): Promise<number> {
  const { JOB_HISTORY_DAYS: days, JOB_FAILED_HISTORY_DAYS } = settings;
  // What fails on its own schedule fails again, and that tells the same.
  const recurring = [...jobs.byName.values()].filter(({ cron }) => cron).map(({ name }) => name);
  const over: readonly Over[] = [
    { state: 'completed', days },
    { state: 'cancelled', days },
    { state: 'failed', days, known: recurring },
    { state: 'failed', days: JOB_FAILED_HISTORY_DAYS },
  ];
  let count = 0;
  for (const one of over) count += await inBatches(() => dropRuns(db, one), batchSize, signal);
  return count;
}
