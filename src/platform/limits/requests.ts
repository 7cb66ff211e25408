/** How many requests a caller may make in a minute (draft-ietf-httpapi-ratelimit-headers). */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyRequests } from '#kernel/problem.ts';

export type RequestLimits = {
  /** The `RateLimit-Policy` header. */
  readonly policy: string;
  /**
   * Counts one request of `key`.
   *
   * @returns the `RateLimit` header
   * @throws TooManyRequests with `Retry-After`
   */
  count(key: string): Promise<string>;
};

export function requestLimits(perMinute: number): RequestLimits {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  const left = ({ remainingPoints, msBeforeNext }: RateLimiterRes) =>
    `"minute";r=${remainingPoints};t=${Math.ceil(msBeforeNext / 1000)}`;
  const policy = `"minute";q=${perMinute};w=60`;
  return {
    policy,
    async count(key) {
      try {
        return left(await limiter.consume(key));
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        const seconds = Math.ceil(refused.msBeforeNext / 1000);
        throw TooManyRequests(
          `No more than ${perMinute} requests a minute; try again in ${seconds} s`,
          {
            headers: {
              'retry-after': String(seconds),
              ratelimit: left(refused),
              'ratelimit-policy': policy,
            },
          },
        );
      }
    },
  };
}
