/** Limits counted in Redis, or what speaks its protocol. */
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { type SharedStore, unbounded } from './backend.ts';

/** How long Redis may take for an answer. A busy process hears late, and that is no outage. */
const patienceMs = 1_000;
/** A connection on which nothing came back for so long is made anew. */
const silenceMs = 5_000;

/**
 * Opens the one connection, and waits until it stands or cannot.
 *
 * @param broken hears of a connection that breaks or cannot be made, often more than once
 */
export async function openRedis(
  url: string,
  broken: (error: unknown) => void,
): Promise<SharedStore> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
    socketTimeout: silenceMs,
    // What cannot be asked now is counted in memory now.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
  });
  redis.on('error', broken);
  redis.on('reconnecting', () => broken(new Error('the connection broke')));
  await redis.connect().catch(broken);
  return {
    counter: (name, windowSeconds) =>
      new RateLimiterRedis({
        ...unbounded,
        storeClient: redis,
        duration: windowSeconds,
        keyPrefix: `plinth:limits:${name}`,
      }),
    close: async () => redis.disconnect(),
  };
}
