/** Jobs: the verbs of finding them, of holding them back and of running them. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import type { RunsOfJobQuery } from '#features/runs/model.ts';
import * as runs from '#features/runs/service.ts';
import { build, type Db, sameEdition } from '#kernel/db.ts';
import { triggersChanged } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { isAsSeen, refuseStale, type Seen, seenBy } from '#platform/db/editions.ts';
import { type FilterOf, filterOf } from '#platform/db/filters.ts';
import { pages } from '#platform/db/page.ts';
import { enqueue } from '#platform/queue/enqueue.ts';
import { runs as table } from '#platform/queue/tables.ts';
import { find, get, shown } from './find.ts';
import { FunctionGone, type Job, JobIsBuiltin, JobNotFound, type JobQuery, jobs } from './model.ts';
import { firstDue } from './schedule.ts';

export { create } from './create.ts';
export { get } from './find.ts';
export { forgetTriggers } from './forget.ts';
export { lateTriggers } from './late.ts';

type Named = { job_id: string };

const page = pages(
  'jobs.list',
  jobs,
  ({ function: name, trigger_type, paused }: Slots<FilterOf<JobQuery>>) =>
    and(
      name && eq(jobs.function, name),
      trigger_type && eq(jobs.trigger_type, trigger_type as SQL<never>),
      paused && eq(jobs.paused, paused),
    ),
);

export async function list(db: Db, query: JobQuery) {
  const { data, ...rest } = await page(db, filterOf(query), query);
  return { data: data.map(shown), ...rest };
}

const drop = statement('jobs.remove', ({ job_id, versions }: Slots<Named & Seen>) =>
  build
    .delete(jobs)
    .where(
      and(eq(jobs.job_id, job_id), eq(jobs.is_builtin, sql`false`), isAsSeen(jobs)({ versions })),
    )
    .returning({ id: jobs.id }),
);

/** Its runs stay in the history. @throws JobNotFound, JobIsBuiltin */
export const remove = (db: Db, job_id: string): Promise<null> =>
  db.transaction(async (db) => {
    const [gone] = await drop(db, { job_id, ...seenBy(db) });
    if (!gone) {
      refuseStale(db, await find(db, job_id));
      throw JobIsBuiltin();
    }
    await audit.record(db, 'job.deleted', { target_id: gone.id, detail: { job_id } });
    return null;
  });

const halt = statement('jobs.pause', ({ job_id }: Slots<Named>) =>
  build
    .update(jobs)
    .set({ paused: true, next_run_at: null })
    .where(and(eq(jobs.job_id, job_id), eq(jobs.paused, sql`false`)))
    .returning(),
);

/** Nothing of it is due until it is resumed. @throws JobNotFound */
export const pause = (db: Db, job_id: string): Promise<Job> =>
  db.transaction(async (db) => {
    const [paused] = await halt(db, { job_id });
    if (!paused) return get(db, job_id);
    await audit.record(db, 'job.paused', { target_id: paused.id, detail: { job_id } });
    return shown(paused);
  });

const hold = statement('jobs.hold', ({ job_id }: Slots<Named>) =>
  build.select().from(jobs).where(eq(jobs.job_id, job_id)).for('no key update'),
);

const goOn = statement(
  'jobs.resume',
  ({ id, next_run_at }: Slots<{ id: string; next_run_at: string | null }>) =>
    build.update(jobs).set({ paused: false, next_run_at }).where(eq(jobs.id, id)).returning(),
);

/** What was due meanwhile is not made up for. @throws JobNotFound */
export const resume = (db: Db, { clock }: Ports, job_id: string): Promise<Job> =>
  db.transaction(async (db) => {
    const held = one(await hold(db, { job_id }), JobNotFound);
    if (!held.paused) return shown(held);
    const nowMs = clock.now();
    const dueMs = firstDue(held, nowMs);
    const isDue = dueMs !== null && dueMs >= nowMs;
    const next_run_at = isDue ? new Date(dueMs).toISOString() : null;
    const resumed = one(await goOn(db, { id: held.id, next_run_at }), JobNotFound);
    db.notify(triggersChanged, job_id);
    await audit.record(db, 'job.resumed', { target_id: held.id, detail: { job_id } });
    return shown(resumed);
  });

const ran = statement('jobs.run', ({ job_id, now }: Slots<Named & { now: string }>) =>
  build
    .update(jobs)
    .set({ last_run_at: now, ...sameEdition(jobs) })
    .where(eq(jobs.job_id, job_id))
    .returning(),
);

/**
 * Queues a run beside those that are due, of one that is paused too.
 *
 * @throws JobNotFound, FunctionGone
 * @throws Invalid where the payload does not fit any more
 */
export const run = (db: Db, ports: Ports, job_id: string) =>
  db.transaction(async (db) => {
    const now = new Date(ports.clock.now()).toISOString();
    const trigger = one(await ran(db, { job_id, now }), JobNotFound);
    const job = ports.jobs.byName.get(trigger.function);
    if (!job) throw FunctionGone();
    ports.jobs.check(job, trigger.payload);
    const id = await enqueue(db, job, trigger.payload, { trigger: { job_id, due_at: now } });
    await audit.record(db, 'job.run', { target_id: trigger.id, detail: { job_id, run_id: id } });
    return runs.get(db, id as string);
  });

const ofTrigger = ({ job_id }: Slots<Named>) =>
  build.select({ id: jobs.id }).from(jobs).where(eq(jobs.job_id, job_id)).limit(1);

/** By itself or by a run, whatever else was asked of those. */
const known = statement('jobs.known', ({ job_id }: Slots<Named>) =>
  ofTrigger({ job_id }).unionAll(
    build.select({ id: table.id }).from(table).where(eq(table.job_id, job_id)).limit(1),
  ),
);

/** Of one that is gone too, as long as there are some. @throws JobNotFound */
export async function history(db: Db, job_id: string, query: RunsOfJobQuery) {
  const found = await runs.list(db, { ...query, job_id });
  if (found.data.length === 0) one(await known(db, { job_id }), JobNotFound);
  return found;
}
