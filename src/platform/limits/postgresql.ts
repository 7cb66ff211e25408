/** Limits counted in a table of the database, which `features/limits/model.ts` describes. */
import pg from 'pg';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { OpenPool } from '../db/open.ts';
import { type SharedStore, unbounded } from './backend.ts';

/** How long the database may take to count. */
const patienceMs = 1_000;
/** What counts waits for nothing but other counts. */
const connections = 2;

type Query = { readonly name: string; readonly text: string; readonly values: unknown[] };

/**
 * Counts on connections of its own, so that no transaction and no slow statement stands in the way.
 *
 * @param prepared whether statements may have names
 */
export function openPostgresql({ pool: { options } }: OpenPool, prepared: boolean): SharedStore {
  const pool = new pg.Pool({
    ...options,
    max: connections,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  });
  // A connection that breaks while idle is replaced; the next count says what is wrong.
  pool.on('error', () => {});
  const query = ({ name, text, values }: Query) =>
    pool.query({ text, values, ...(prepared && { name }) });
  return {
    counter(name, windowSeconds) {
      return new RateLimiterPostgres({
        ...unbounded,
        storeClient: { query },
        storeType: 'client',
        schemaName: 'plinth',
        tableName: 'limit_counts',
        tableCreated: true,
        clearExpiredByTimeout: false, // a job does it for all processes
        duration: windowSeconds,
        keyPrefix: name,
      });
    },
    close: () => pool.end(),
  };
}
