/** Where limits are counted: in this process, or in a store that all processes share. */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Counter, Limits } from '#kernel/limits.ts';
import type { OpenPool } from '../db/open.ts';
import { type SharedStore, unbounded } from './backend.ts';
import { insured, type Lines, outages } from './outage.ts';

export type LimitStoreSettings = {
  readonly RATE_LIMIT_STORE?: Limits['store'] | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly DB_PREPARED_STATEMENTS: boolean;
};

const ownCounter = (windowSeconds: number): Counter =>
  new RateLimiterMemory({ ...unbounded, duration: windowSeconds, keyPrefix: '' });

/** Counts in this process alone. */
export const memoryLimits = (): Limits => ({
  store: 'memory',
  counter: (_name, windowSeconds) => ownCounter(windowSeconds),
  isWell: () => true,
  outages: () => 0,
  refused: new Map(),
  close: async () => {},
});

/**
 * Opens the store that the settings name. One that is away, now or later, is no reason to refuse
 * anybody: meanwhile each process counts for itself.
 *
 * @param pool on a server whose database is migrated, where the store is PostgreSQL
 */
export async function openLimits(
  settings: LimitStoreSettings,
  pool: OpenPool,
  log: Lines,
): Promise<Limits> {
  const { RATE_LIMIT_STORE, REDIS_URL, DB_PREPARED_STATEMENTS: prepared } = settings;
  const store = RATE_LIMIT_STORE ?? (REDIS_URL ? 'redis' : 'memory');
  if (store === 'memory') return memoryLimits();
  const ask = async () => (await probe).consume('probe');
  const outage = outages(store, log, ask);
  // What is not configured is not loaded.
  const open: Record<typeof store, () => Promise<SharedStore>> = {
    redis: async () => (await import('./redis.ts')).openRedis(REDIS_URL ?? '', outage.begin),
    postgresql: async () => (await import('./postgresql.ts')).openPostgresql(pool, prepared),
  };
  const opening = open[store]();
  const probe = opening.then(({ counter }) => counter('probe', 60));
  const shared = await opening;
  if (!outage.isOn()) await ask().catch(outage.begin);
  return {
    store,
    counter: (name, windowSeconds) =>
      insured(shared.counter(name, windowSeconds), ownCounter(windowSeconds), outage),
    isWell: () => !outage.isOn(),
    outages: outage.count,
    refused: new Map(),
    async close() {
      outage.end();
      await shared.close();
    },
  };
}
