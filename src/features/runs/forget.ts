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

type Over = { state: RunState; days: number };

/**
 * Runs that ended so long ago, and what they said. By when they were queued the index finds them; when
 * they ended is what counts, for one may have waited for months.
 */
const dropRuns = statement('runs.forget', ({ state, days }: Slots<Over>) => {
  const ago = sql`now() - ${days} * interval '1 day'`;
  const ended = build
    .select({ name: queue.name, id: queue.id })
    .from(queue)
    .where(
      and(
        eq(queue.state, state),
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

type History = Pick<Ports['settings'], 'JOB_HISTORY_DAYS' | 'JOB_FAILED_HISTORY_DAYS'>;

/** Removes the history that is older than the settings want it. @returns how many runs that were */
export async function forgetRuns(
  db: Db,
  { JOB_HISTORY_DAYS, JOB_FAILED_HISTORY_DAYS }: History,
  signal?: AbortSignal,
): Promise<number> {
  const kept = {
    completed: JOB_HISTORY_DAYS,
    cancelled: JOB_HISTORY_DAYS,
    failed: JOB_FAILED_HISTORY_DAYS,
  } as const;
  let count = 0;
  for (const [state, days] of Object.entries(kept)) {
    const over = { state: state as keyof typeof kept, days };
    count += await inBatches(() => dropRuns(db, over), batchSize, signal);
  }
  return count;
}
