/** What handles tell once a change is committed: at once in this process, a moment later in others. */
import { EventEmitter } from 'node:events';
import type pg from 'pg';

export type Tell = (channel: string, payload: string) => void;

/** The same is told to other processes once in this while: each commit that notifies waits for every other. */
const pauseMs = 50;

/**
 * @param isShared whether there may be other processes
 */
export function noticesOn(pool: pg.Pool, isShared: boolean) {
  const local = new EventEmitter();
  /** What was told lately, and whether it was said again since. */
  const lately = new Map<string, { again: boolean; readonly timer: NodeJS.Timeout }>();

  const send = (channel: string, payload: string) => {
    // A notice may be lost: who waits for it looks by itself, too.
    pool.query('select pg_notify($1, $2)', [channel, payload]).catch(() => {});
  };

  const others: Tell = (channel, payload) => {
    const key = `${channel} ${payload}`;
    const told = lately.get(key);
    if (told) {
      told.again = true;
      return;
    }
    send(channel, payload);
    const timer = setTimeout(() => {
      const { again } = lately.get(key) ?? {};
      lately.delete(key);
      if (again) others(channel, payload);
    }, pauseMs);
    lately.set(key, { again: false, timer });
  };

  return {
    hear: (channel: string, hear: (payload: string) => void) => void local.on(channel, hear),
    tell: ((channel, payload) => {
      local.emit(channel, payload);
      if (isShared) others(channel, payload);
    }) satisfies Tell,
    close() {
      for (const { timer } of lately.values()) clearTimeout(timer);
      local.removeAllListeners();
    },
  };
}
