/** The lane of one job: as many of it at once as it allows, fetched and settled together. */
import type { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Db } from '#kernel/db.ts';
import type { Job } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Attempt, begin, type Fetched } from './attempt.ts';
import { count, endingOf, noCounts } from './counts.ts';
import type { Outage } from './outage.ts';
import { type Ended, settle } from './settle.ts';
import type { Traces } from './traces.ts';

export type LaneParts = {
  readonly boss: PgBoss;
  readonly ports: Ports;
  readonly db: Db;
  readonly traces: Traces;
  readonly outage: Outage;
  readonly log: Logger;
  /** Every attempt of the process until it is settled. */
  readonly held: Set<Attempt>;
  /** No more is begun. */
  readonly closing: AbortSignal;
  /** What is not settled by then is left to others. */
  readonly closed: AbortSignal;
};

export type Lane = ReturnType<typeof openLane>;

export function openLane(job: Job, parts: LaneParts) {
  const { boss, ports, db, traces, outage, log, held, closing, closed } = parts;
  const slots = job.concurrency ?? 1;
  const counts = ports.jobs.counts.get(job.name) ?? noCounts();
  let running = 0;
  /** What is under way; rejects never. */
  const pending = new Set<Promise<unknown>>();
  let isTaking = false;
  let mayBeMore = false;
  let ended: Ended[] = [];
  let unsettled: Ended[] = [];
  let isSettling = false;

  function under<Result>(way: Promise<Result>) {
    pending.add(way);
    void way.finally(() => pending.delete(way));
  }

  /** Begins what is due, as far as there is room. */
  function wake() {
    mayBeMore = true;
    if (!isTaking) under(take());
  }

  async function take() {
    isTaking = true;
    while (mayBeMore && !closing.aborted && running < slots) {
      mayBeMore = false;
      const free = slots - running;
      const fetched = await outage.once(() => boss.fetch<object>(job.name, { batchSize: free }));
      for (const one of fetched ?? []) under(carry(one));
      if (fetched?.length === free) mayBeMore = true;
    }
    isTaking = false;
  }

  async function carry(fetched: Fetched) {
    const attempt = begin(job, fetched, parts);
    held.add(attempt);
    running += 1;
    counts.running += 1;
    if (closing.aborted) attempt.end({ kind: 'put_back' }, 'The server stops');
    const outcome = await attempt.ended;
    count(counts, endingOf(outcome, attempt), (performance.now() - attempt.startedMs) / 1000);
    if (ended.push({ attempt, outcome }) === 1) under(nextTurn());
  }

  /** What ends in the same moment frees its slots together, and is settled together. */
  async function nextTurn() {
    await new Promise(setImmediate);
    running -= ended.length;
    counts.running -= ended.length;
    unsettled.push(...ended);
    ended = [];
    if (!isSettling) under(settleAll());
    if (mayBeMore) wake();
  }

  async function settleAll() {
    isSettling = true;
    while (unsettled.length > 0) {
      const batch = unsettled;
      unsettled = [];
      await outage
        .insistently(async () => {
          await traces.flush();
          await settle(boss, db, job.name, batch);
        }, closed)
        .catch((error) => {
          log.error({ err: error, job: job.name }, 'what became of a job could not be kept');
        });
      for (const { attempt } of batch) held.delete(attempt);
    }
    isSettling = false;
  }

  return {
    wake,
    /** Resolves when nothing of it is under way. */
    async rest() {
      while (pending.size > 0) await Promise.all(pending);
    },
    isAtRest: () => pending.size === 0,
  };
}
