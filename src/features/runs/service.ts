/** Runs: the verbs of reading the history, of ending a run, and of beginning one again. */
import { and, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { type Job, jobsCancelled } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { type FilterOf, filterOf, isWithin, refuseBackward } from '#platform/db/filters.ts';
import { pages } from '#platform/db/page.ts';
import { wake } from '#platform/queue/enqueue.ts';
import { queue, queueSchemaName, type RunState, runs } from '#platform/queue/tables.ts';
import {
  FunctionGone,
  type JobRun,
  jobLogs,
  type LogQuery,
  RunIsNotOver,
  RunIsOver,
  RunNotFound,
  type RunQuery,
} from './model.ts';

export { forgetRuns } from './forget.ts';

type Filter = FilterOf<RunQuery>;
type Asked = { id: string };

const page = pages(
  'runs.list',
  runs,
  ({ state, function: name, job_id, created_after, created_before }: Slots<Filter>) =>
    and(
      state && eq(runs.state, state as SQL<never>),
      name && eq(runs.function, name),
      job_id && eq(runs.job_id, job_id),
      isWithin(runs.created_at, created_after, created_before),
    ),
);

/** Whatever was queued, by whatever. @throws Invalid where the time ends before it begins */
export function list(db: Db, query: RunQuery) {
  refuseBackward(query, 'created_after', 'created_before');
  return page(db, filterOf(query), query);
}

/** The key of the queue begins with the name, and there are only a few. */
const names = sql.raw(`array(select name from ${queueSchemaName}.queue)`);

/** Another with each attempt, and with each state of one. */
const version = sql<number>`${runs.attempt} * 8 + array_position(enum_range(null::${sql.raw(queueSchemaName)}.job_state), ${runs.state})`;

const select = statement('runs.get', ({ id }: Slots<Asked>) =>
  build
    .select({
      ...getTableColumns(runs),
      version: version.as('version'),
      updated_at:
        sql<string>`coalesce(${runs.finished_at}, ${runs.started_at}, ${runs.created_at})`.as(
          'updated_at',
        ),
    })
    .from(runs)
    .where(and(sql`${runs.function} = any(${names})`, eq(runs.id, id))),
);

/** @throws RunNotFound */
export const get = async (db: Db, id: string): Promise<JobRun> =>
  one(await select(db, { id }), RunNotFound);

const lines = pages('runs.logs', jobLogs, ({ id }: Slots<Asked>) => eq(jobLogs.run_id, id));

/** What a run said so far. @throws RunNotFound */
export async function logs(db: Db, id: string, query: LogQuery) {
  const found = await lines(db, { id }, query);
  if (found.data.length === 0) await get(db, id);
  return found;
}

/** One that failed is dismissed: it stays as long as others that are over. */
const cancellable = ['created', 'retry', 'active', 'failed'] as const;

const end = statement('runs.cancel', ({ id }: Slots<Asked>) =>
  build
    .update(queue)
    .set({ state: 'cancelled', completed_on: sql`coalesce(${queue.completed_on}, now())` })
    .where(
      and(
        sql`${queue.name} = any(${names})`,
        eq(queue.id, id),
        inArray(queue.state, [...cancellable]),
      ),
    )
    .returning({ name: queue.name }),
);

/**
 * Ends a run that waits, or that runs: whoever runs it hears of it. One that failed is dismissed.
 *
 * @throws RunNotFound, RunIsOver
 */
export const cancel = (db: Db, id: string): Promise<JobRun> =>
  db.transaction(async (db) => {
    const [ended] = await end(db, { id });
    const run = await get(db, id);
    if (!ended) throw RunIsOver();
    db.notify(jobsCancelled, id);
    await audit.record(db, 'run.cancelled', { target_id: id, detail: { function: ended.name } });
    return run;
  });

type Again = Asked & { known: readonly string[]; over: readonly RunState[] };

const repeat = statement('runs.requeue', ({ id, known, over }: Slots<Again>) =>
  build
    .update(queue)
    .set({
      state: 'retry',
      // Beginning one counts it, unless it is the first.
      retry_limit: sql`greatest(${queue.retry_limit}, ${queue.retry_count} + 1)`,
      start_after: sql`now()`,
      completed_on: null,
      output: null,
    })
    .where(
      and(
        sql`${queue.name} = any(${known}::text[])`,
        eq(queue.id, id),
        sql`${queue.state} = any(${over}::${sql.raw(queueSchemaName)}.job_state[])`,
      ),
    )
    .returning({ name: queue.name }),
);

/**
 * Queues a run again that failed or was cancelled, for one more attempt at least.
 *
 * @throws RunNotFound, RunIsNotOver
 * @throws FunctionGone where nobody would run it
 */
export const requeue = (db: Db, { jobs }: Ports, id: string): Promise<JobRun> =>
  db.transaction(async (db) => {
    const known = [...jobs.byName.keys()];
    const [queued] = await repeat(db, { id, known, over: ['failed', 'cancelled'] });
    const run = await get(db, id);
    if (!queued) throw jobs.byName.has(run.function) ? RunIsNotOver() : FunctionGone();
    wake(db, queued);
    await audit.record(db, 'run.requeued', { target_id: id, detail: { function: queued.name } });
    return run;
  });

/**
 * Queues a run again for a feature that knows that its work is not done, however it ended.
 *
 * @returns false where it waits, runs, or is gone
 */
export async function revive(db: Db, { name }: Job, id: string): Promise<boolean> {
  const over: RunState[] = ['failed', 'cancelled', 'completed'];
  const [queued] = await repeat(db, { id, known: [name], over });
  if (queued) wake(db, queued);
  return queued !== undefined;
}
