/** Jobs: the verb of handing out what is due, exactly once among any number of processes. */
import { and, eq, isNotNull, lte, min, or, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import * as audit from '#features/audit/service.ts';
import { build, type Db, sameEdition } from '#kernel/db.ts';
import type { Job } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { enqueue } from '#platform/queue/enqueue.ts';
import { jobs, type Trigger } from './model.ts';
import { handout } from './schedule.ts';

/** So many at once: what one process takes, another need not wait for. */
const batchSize = 50;
/** While versions change, another process may know a function that this one does not: it has so long. */
const strangeMs = 300_000;

export type Log = Pick<Logger, 'warn' | 'info'>;

type Now = { now: string; long_ago: string; known: readonly string[] };

const isOurs = ({ long_ago, known }: Slots<Omit<Now, 'now'>>) =>
  or(sql`${jobs.function} = any(${known}::text[])`, lte(jobs.next_run_at, long_ago));

const soonest = statement('jobs.soonest', (asked: Slots<Omit<Now, 'now'>>) =>
  build
    .select({ next_run_at: min(jobs.next_run_at).as('next_run_at') })
    .from(jobs)
    .where(and(isNotNull(jobs.next_run_at), isOurs(asked))),
);

const claim = statement('jobs.claim', ({ now, ...asked }: Slots<Now>) =>
  build
    .select()
    .from(jobs)
    .where(and(lte(jobs.next_run_at, now), isOurs(asked)))
    .orderBy(jobs.next_run_at, jobs.id)
    .limit(sql.raw(String(batchSize)) as never)
    .for('update', { skipLocked: true }),
);

type Moved = {
  ids: readonly string[];
  next: readonly (string | null)[];
  last: readonly (string | null)[];
};

const move = statement('jobs.move', ({ ids, next, last }: Slots<Moved>) =>
  build
    .update(jobs)
    .set({
      next_run_at: sql`moved.next_run_at`,
      last_run_at: sql`coalesce(moved.last_run_at, ${jobs.last_run_at})`,
      ...sameEdition(jobs),
    })
    .from(
      sql`unnest(${ids}::uuid[], ${next}::timestamptz[], ${last}::timestamptz[]) as moved (id, next_run_at, last_run_at)`,
    )
    .where(sql`${jobs.id} = moved.id`),
);

const stop = statement('jobs.stop', ({ id }: Slots<{ id: string }>) =>
  build.update(jobs).set({ paused: true, next_run_at: null }).where(eq(jobs.id, id)),
);

const isoOf = (ms: number) => new Date(ms).toISOString();

function nowOf({ clock, jobs }: Ports): Now & { nowMs: number } {
  const nowMs = clock.now();
  const known = [...jobs.byName.keys()];
  return { nowMs, now: isoOf(nowMs), long_ago: isoOf(nowMs - strangeMs), known };
}

/** When something is due next, which may be over; undefined where nothing is. */
export async function nextDueMs(db: Db, ports: Ports): Promise<number | undefined> {
  const { long_ago, known } = nowOf(ports);
  const [found] = await soonest(db, { long_ago, known });
  return found?.next_run_at ? Date.parse(found.next_run_at) : undefined;
}

/** What is to be queued of a trigger. @throws what is wrong with it, by which it can never run */
function plan(trigger: Trigger, { jobs }: Ports, nowMs: number) {
  const job = jobs.byName.get(trigger.function);
  if (!job) throw new Error(`this server knows no function ${trigger.function}`);
  jobs.check(job, trigger.payload);
  return { job, ...handout(trigger, nowMs) };
}

type Planned = ReturnType<typeof plan> & { readonly trigger: Trigger; readonly job: Job };

/**
 * Hands out what is due now: each due time is a run in the queue, in the transaction that moves the
 * trigger on. One that cannot run any more is paused, and keeps no other.
 *
 * @returns how many triggers that were; 0 where other processes have them all
 */
export const handOut = (db: Db, ports: Ports, log: Log): Promise<number> =>
  db.transaction(async (db) => {
    const { nowMs, ...now } = nowOf(ports);
    const claimed = await claim(db, now);
    const planned: Planned[] = [];
    for (const trigger of claimed) {
      try {
        planned.push({ trigger, ...plan(trigger, ports, nowMs) });
      } catch (error) {
        await halt(db, trigger, (error as Error).message, log);
      }
    }
    for (const one of planned) await queue(db, one, log);
    if (planned.length > 0) {
      await move(db, {
        ids: planned.map(({ trigger }) => trigger.id),
        next: planned.map(({ next }) => (next === null ? null : isoOf(next))),
        last: planned.map(({ due }) => (due.length > 0 ? now.now : null)),
      });
    }
    return claimed.length;
  });

async function queue(db: Db, { trigger, job, due, isLate }: Planned, log: Log) {
  const { job_id, next_run_at, misfire_grace_seconds, payload } = trigger;
  if (isLate) {
    const told = { job_id, due_at: next_run_at, misfire_grace_seconds };
    log.warn(told, 'a job was due for longer than it may be, and is passed over');
  }
  for (const ms of due) {
    await enqueue(db, job, payload, { trigger: { job_id, due_at: isoOf(ms) } });
  }
}

async function halt(db: Db, { id, job_id }: Trigger, reason: string, log: Log) {
  await stop(db, { id });
  await audit.record(db, 'job.paused', {
    outcome: 'failure',
    target_id: id,
    detail: { job_id, reason },
  });
  db.afterCommit(() => log.warn({ job_id, reason }, 'a job cannot run any more, and is paused'));
}
