/** A shared store that goes away and comes back: said once each time, and nobody waits for it. */
import type { Counter } from '#kernel/limits.ts';

/** Where it is said. */
export type Lines = Record<'warn' | 'info', (sentence: string) => void>;

/** How often a store that is away is asked whether it is back. */
const askAgainMs = 1_000;

export type Outage = ReturnType<typeof outages>;

/**
 * @param store its name, for whoever reads the log
 * @param probe counts something: a store may answer and refuse to write
 */
export function outages(store: string, log: Lines, probe: () => Promise<unknown>) {
  let count = 0;
  let timer: NodeJS.Timeout | undefined;

  /** Nothing is asked of the store from now on, but whether it counts again. */
  function begin(error: unknown) {
    if (timer) return;
    count++;
    log.warn(`Limits are counted in memory: ${store} fails (${reason(error)}).`);
    askLater();
  }

  function askLater() {
    timer = setTimeout(async () => {
      const isBack = await probe().then(
        () => true,
        () => false,
      );
      if (!timer) return; // closed meanwhile
      if (!isBack) return askLater();
      end();
      log.info(`Limits are counted in ${store} again.`);
    }, askAgainMs);
    timer.unref();
  }

  function end() {
    clearTimeout(timer);
    timer = undefined;
  }

  return {
    begin,
    end,
    isOn: () => timer !== undefined,
    count: () => count,
  };
}

/** Counts in `shared`, and in `own` while that is away. */
export function insured(shared: Counter, own: Counter, { isOn, begin }: Outage): Counter {
  async function counted<Result>(work: (counter: Counter) => Promise<Result>): Promise<Result> {
    if (!isOn()) {
      try {
        return await work(shared);
      } catch (error) {
        begin(error);
      }
    }
    return work(own);
  }
  return {
    consume: (key, points, options) => counted((counter) => counter.consume(key, points, options)),
    reward: (key, points, options) => counted((counter) => counter.reward(key, points, options)),
    get: (key) => counted((counter) => counter.get(key)),
    delete: (key) => counted((counter) => counter.delete(key)),
  };
}

const reason = (error: unknown) => {
  const { code, message } = error as { code?: string; message?: string };
  return message || code || 'no reason given';
};
