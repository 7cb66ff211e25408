/** How many requests a caller may make in a time (draft-ietf-httpapi-ratelimit-headers). */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { RequestLimit } from '#kernel/principal.ts';
import { TooManyRequests } from '#kernel/problem.ts';

/** The `RateLimit-Policy` and `RateLimit` headers. */
export type Counted = { readonly policy: string; readonly left: string };

export type RequestLimits = {
  /**
   * Counts one request of `key`, which may have a limit of its own instead of everybody's.
   *
   * @returns undefined where there is no limit
   * @throws TooManyRequests with `Retry-After`
   */
  count(key: string, own: RequestLimit | null): Promise<Counted | undefined>;
};

/** @param perMinute for who has no limit of its own; undefined for none */
export function requestLimits(perMinute: number | undefined): RequestLimits {
  // It only counts: how many are too many differs from key to key.
  const counter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: 60 });
  const everybodys = perMinute === undefined ? null : { requests: perMinute, seconds: 60 };

  return {
    async count(key, own) {
      const limit = own ?? everybodys;
      if (!limit) return undefined;
      const { requests, seconds } = limit;
      const name = own ? 'key' : 'minute';
      const counted = await counter.consume(key, 1, { customDuration: seconds });
      const wait = Math.ceil(counted.msBeforeNext / 1000);
      const remaining = requests - counted.consumedPoints;
      const policy = `"${name}";q=${requests};w=${seconds}`;
      const left = `"${name}";r=${Math.max(0, remaining)};t=${wait}`;
      if (remaining >= 0) return { policy, left };
      const period = seconds === 60 ? 'a minute' : `in ${seconds} s`;
      throw TooManyRequests(`No more than ${requests} requests ${period}; try again in ${wait} s`, {
        headers: { 'retry-after': String(wait), ratelimit: left, 'ratelimit-policy': policy },
      });
    },
  };
}
