/** A database that is away: said once when it goes and once when it is back, however often it is tried. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Problem, Unavailable } from '#kernel/problem.ts';
import { isUnavailable } from '../db/failure.ts';

const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** A line may be broken and neither end know it; what is fetched when it answers after all is given up. */
const longestSilenceMs = 15_000;
/** What fails for another reason than that is no better for being tried for ever. */
const maxOtherFailures = 5;

/** Away, or with more to do than it can take. */
export const isBusy = (error: unknown) => isUnavailable(error) || error instanceof Problem;

export type Outage = ReturnType<typeof outages>;

export function outages(log: Pick<Logger, 'warn' | 'info'>) {
  let isAway = false;

  const failed = (error: unknown) => {
    if (!isAway) log.warn({ err: error }, 'the queue does not answer, and is asked again');
    isAway = true;
  };
  const worked = () => {
    if (isAway) log.info('the queue answers again');
    isAway = false;
  };

  /** Does it once. @returns undefined where it failed, which was said */
  async function once<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      const result = await bounded(work);
      worked();
      return result;
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  /**
   * Does it until it works; what it does must bear repetition.
   *
   * @throws what is not about the database being away, or once `signal` is aborted
   */
  async function insistently(work: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    let others = 0;
    for (let failures = 0; ; failures++) {
      try {
        await bounded(work);
        return worked();
      } catch (error) {
        failed(error);
        if (!isBusy(error) && ++others >= maxOtherFailures) throw error;
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures, 10));
        await pause(pauseMs, undefined, { signal });
      }
    }
  }

  return { once, insistently };
}

/** @throws Unavailable where there is no answer in all that time */
async function bounded<Result>(work: () => Promise<Result>): Promise<Result> {
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(Unavailable('It says nothing')), longestSilenceMs);
  try {
    return await Promise.race([work(), silence]);
  } finally {
    clearTimeout(timer);
  }
}
