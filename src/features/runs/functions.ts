/** Runs: the verb that tells what can be run. */
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { queued } from '#platform/queue/enqueue.ts';
import type { JobFunction } from './model.ts';

/** Each function of this server, and how the queue takes it. */
export function functions(db: Db, { jobs }: Ports) {
  const data = [...jobs.byName.values()].map((job): JobFunction => {
    const row = queued(db, job, {});
    return {
      name: job.name,
      summary: job.summary,
      payload: { ...job.payload },
      retries: row.retry_limit,
      retry_delay_seconds: row.retry_delay,
      retry_delay_max_seconds: row.retry_delay_max,
      timeout_seconds: row.expire_seconds,
      concurrency: job.concurrency ?? 1,
      priority: row.priority,
      cron: job.cron ?? null,
      is_internal: job.isInternal ?? false,
    };
  });
  data.sort((one, other) => (one.name < other.name ? -1 : 1));
  const { length: count } = data;
  return { data, count, count_is_lower_bound: false, next_cursor: null, prev_cursor: null };
}
