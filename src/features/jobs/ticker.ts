/** Jobs: what keeps the time in a process. It sleeps until something is due, or is told that this changed. */
import { triggersChanged } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { system } from '#kernel/principal.ts';
import { outages } from '#platform/queue/outage.ts';
import { keepBuiltins } from './builtins.ts';
import { handOut, type Log, nextDueMs } from './due.ts';

export type Ticker = {
  /** Hands out nothing more, and waits for what it is about. */
  close(): Promise<void>;
};

/** Of the pauses between two looks at the queue: what is due later is known, and what changes is told. */
const longestPauses = 5;
/** While others hold what is due, or the database is away. */
const shortPauseMs = 250;

/** Keeps the server's own triggers, and hands out what is due until it is closed. */
export async function openTicker(ports: Ports, log: Log): Promise<Ticker> {
  const { database, clock, settings } = ports;
  const db = database.as(system);
  const outage = outages(log);
  const longestMs = settings.JOB_POLL_SECONDS * longestPauses * 1000;
  let isClosed = false;
  let isTold = false;
  let timer: NodeJS.Timeout | undefined;
  let ticking: Promise<void> | undefined;

  /** @returns for how long there is nothing to do */
  async function look(): Promise<number> {
    while (!isClosed) {
      const dueMs = await nextDueMs(db, ports);
      if (dueMs === undefined) return longestMs;
      const pauseMs = dueMs - clock.now();
      if (pauseMs > 0) return Math.min(pauseMs, longestMs);
      if ((await handOut(db, ports, log)) === 0) return shortPauseMs;
    }
    return 0;
  }

  async function tick() {
    let pauseMs: number;
    do {
      isTold = false;
      pauseMs = (await outage.once(look)) ?? shortPauseMs;
    } while (isTold && !isClosed);
    ticking = undefined;
    if (!isClosed) timer = setTimeout(wake, pauseMs);
  }

  function wake() {
    isTold = true;
    clearTimeout(timer);
    if (!isClosed) ticking ??= tick();
  }

  await keepBuiltins(db, ports);
  database.listen(triggersChanged, wake, wake);
  wake();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await ticking;
    },
  };
}
