/** Putting a job into the queue: a row of the change that causes it, there if and only if that is. */
import { sql } from 'drizzle-orm';
import type { Static, TObject } from 'typebox';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { type Job, jobsWaiting } from '#kernel/job.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { type Cause, queue } from './tables.ts';

export type Enqueue = {
  /** That of the run, where it is one with something else; nothing is queued where there is a run of it. */
  readonly id?: string;
  /** Begun before those that have less; that of the job unless given. */
  readonly priority?: number;
  /** Not before this instant. */
  readonly startAfter?: string;
  /**
   * Nothing is queued where another waits for its first attempt under the same key. One that runs, or
   * waits to be tried again, does not count: it may have read what has changed since.
   */
  readonly singletonKey?: string;
  /** The trigger that causes it, and when that was due. */
  readonly trigger?: { readonly job_id: string; readonly due_at: string };
};

/** What a row of the queue is made of. */
export type Queued = {
  readonly run_id: string;
  readonly name: string;
  readonly data: string;
  readonly priority: number;
  readonly retry_limit: number;
  readonly retry_delay: number;
  readonly retry_delay_max: number;
  readonly expire_seconds: number;
  readonly start_after?: string | undefined;
  readonly singleton_key?: string | undefined;
};

/** A process that runs a job says so this often; who is silent for so long is taken for dead. */
export const heartbeatSeconds = 20;

/** pg-boss holds by this policy that no second job waits under a key. */
const oneWaits = 'short';

/**
 * The statement's part that queues a job, for who does something else in the same statement: a CTE that
 * nothing refers to is carried out as well.
 */
export const insertJob = ({ run_id, ...row }: Slots<Queued>) =>
  build
    .insert(queue)
    .values({
      ...row,
      id: run_id,
      data: row.data,
      state: 'created',
      retry_count: 0,
      retry_backoff: true,
      deletion_seconds: 0,
      policy: row.singleton_key && oneWaits,
      start_after: row.start_after ?? sql`now()`,
      // To the millisecond, as cursors tell it.
      created_on: sql`date_trunc('milliseconds', now())`,
      keep_until: sql`'infinity'`,
      heartbeat_seconds: heartbeatSeconds,
    } as never)
    .onConflictDoNothing()
    .returning({ id: queue.id });

/** The values of that part. */
export function queued<Payload extends TObject>(
  db: Db,
  job: Job<Payload>,
  payload: Static<Payload>,
  { id = newId(), priority, startAfter, singletonKey, trigger }: Enqueue = {},
): Queued {
  const cause: Cause = {
    payload: payload as Cause['payload'],
    request_id: db.client.requestId,
    ...trigger,
  };
  return {
    run_id: id,
    name: job.name,
    data: JSON.stringify(cause),
    priority: priority ?? job.priority ?? 0,
    retry_limit: retriesOf(job),
    retry_delay: job.retryDelaySeconds ?? 5,
    retry_delay_max: job.retryDelayMaxSeconds ?? 900,
    expire_seconds: timeoutSecondsOf(job),
    start_after: startAfter,
    singleton_key: singletonKey,
  };
}

/** Attempts after the first that failed. */
export const retriesOf = ({ retries = 3 }: Job) => retries;

/** How long an attempt may take. */
export const timeoutSecondsOf = ({ timeoutSeconds = 300 }: Job) => timeoutSeconds;

const insert = statement('queue.enqueue', insertJob);

/** Tells who waits for work, in every process, once it is committed. */
export const wake = (db: Db, job: Pick<Job, 'name'>) => db.notify(jobsWaiting, job.name);

/**
 * Queues a job in the transaction of `db`, or at once where there is none.
 *
 * @param payload as the job's schema has it; the compiler holds it, and a worker checks it again
 * @returns the id of the run; undefined where one waits already under the same singleton key, or there is
 *   one of the same id
 */
export async function enqueue<Payload extends TObject>(
  db: Db,
  job: Job<Payload>,
  payload: Static<Payload>,
  options?: Enqueue,
): Promise<string | undefined> {
  const [row] = await insert(db, queued(db, job, payload, options));
  if (row) wake(db, job);
  return row?.id;
}
