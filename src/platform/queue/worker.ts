/** Runs the jobs of a program in this process: fetched when something is due, ended when it stops. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { jobsCancelled, jobsWaiting } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { system } from '#kernel/principal.ts';
import type { Attempt } from './attempt.ts';
import { startHeart } from './beat.ts';
import { openBoss } from './boss.ts';
import { heartbeatSeconds } from './enqueue.ts';
import { openLane } from './lane.ts';
import { look } from './look.ts';
import { outages } from './outage.ts';
import { bury } from './reaper.ts';
import { warnOfStrangers } from './strangers.ts';
import { openTraces } from './traces.ts';

export type Worker = {
  /** Resolves when nothing that is due is left, and nothing runs in this process. */
  idle(): Promise<void>;
  /**
   * Begins no more, waits for what runs, and puts back what takes longer: another process does it then,
   * at once and without the loss of an attempt.
   */
  close(): Promise<void>;
};

type Options = {
  /** How often it looks for what is due; JOB_POLL_SECONDS unless given. */
  readonly pollMs?: number;
  /** How long what runs may take once it closes. */
  readonly drainMs?: number;
  /** How long it has listened before it takes a process for silent. */
  readonly patienceMs?: number;
};

/** What is told when it stops must be written within this. */
const settleMs = 3_000;
const silentPauseMs = 250;

export async function openWorker(
  ports: Ports,
  log: Logger,
  {
    pollMs = ports.settings.JOB_POLL_SECONDS * 1000,
    drainMs = 10_000,
    patienceMs = heartbeatSeconds * 1000,
  }: Options = {},
): Promise<Worker> {
  const { database, jobs, clock } = ports;
  const db = database.as(system);
  const boss = await openBoss(database, log);
  const outage = outages(log);
  const traces = openTraces(db, clock.now, log);
  const held = new Set<Attempt>();
  const [closing, closed] = [new AbortController(), new AbortController()];
  const parts = {
    ...{ boss, ports, db, traces, outage, log, held },
    ...{ now: clock.now, closing: closing.signal, closed: closed.signal },
  };
  const lanes = new Map([...jobs.byName.values()].map((job) => [job.name, openLane(job, parts)]));
  const heart = startHeart(db, held, outage);
  const names = [...lanes.keys()];
  await outage.once(() => warnOfStrangers(db, names, log));

  /** Since when each look was answered: nobody could be heard before. */
  let heardSinceMs: number | undefined = performance.now();

  /** @returns how many jobs have something due; undefined where the database does not say */
  async function poll() {
    if (closing.signal.aborted) return 0;
    const seen = await outage.once(() => look(db, { names }));
    if (seen && heardSinceMs === undefined) void heart.check(); // others may hold it for silent
    heardSinceMs = seen && (heardSinceMs ?? performance.now());
    const due = seen?.filter(({ id }) => id === null);
    for (const { name } of due ?? []) lanes.get(name)?.wake();
    const isSilence = performance.now() - (heardSinceMs ?? 0) >= patienceMs;
    for (const { name, id, retry_count } of (isSilence && seen) || []) {
      if (id !== null && retry_count !== null) await bury({ name, id, retry_count }, parts);
    }
    return due?.length;
  }

  let isLooking = false;
  const timer = setInterval(async () => {
    if (isLooking) return;
    isLooking = true;
    await poll();
    isLooking = false;
  }, pollMs);
  database.listen(
    jobsWaiting,
    (name) => lanes.get(name)?.wake(),
    () => void poll(),
  );
  database.listen(
    jobsCancelled,
    (id) => void heart.check(id),
    () => void heart.check(),
  );
  void poll();

  const atRest = () => Promise.all([...lanes.values()].map((lane) => lane.rest()));

  const isAtRest = () => [...lanes.values()].every((lane) => lane.isAtRest());

  return {
    async idle() {
      while (!closing.signal.aborted) {
        const wasAtRest = isAtRest();
        const due = await poll();
        if (due === 0 && wasAtRest && isAtRest()) return;
        if (due === undefined) await pause(silentPauseMs);
        await atRest();
      }
    },
    async close() {
      closing.abort();
      clearInterval(timer);
      await Promise.race([atRest(), pause(drainMs, undefined, { ref: false })]);
      for (const attempt of held) attempt.end({ kind: 'put_back' }, 'The server stops');
      const told = atRest().then(traces.flush);
      await Promise.race([told.catch(() => {}), pause(settleMs, undefined, { ref: false })]);
      closed.abort();
      heart.stop();
      traces.close();
      await boss.stop({ graceful: false, close: false });
    },
  };
}
