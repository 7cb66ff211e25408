/** A PostgreSQL server: its address understood, waited for at start. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Refusal } from '#kernel/refusal.ts';
import { cancel } from './cancel.ts';
import { isUnavailable } from './failure.ts';
import type { OpenPool } from './open.ts';

export type Wait = {
  /** How often to try before giving up. */
  readonly attempts: number;
  /** Hears of each failed attempt, in one sentence. */
  say(sentence: string): void;
  /** Ends the waiting early. */
  readonly signal?: AbortSignal | undefined;
};

const patient: Wait = { attempts: 4, say: () => {} };
const longestPauseMs = 15_000;

/** How a session writes instants, whatever its database is set to; pgbouncer keeps both in mind. */
const instants = `set datestyle = 'ISO'; set timezone = 'UTC'`;

/**
 * The addresses of SQLAlchemy (`postgresql+asyncpg://…?ssl=require`) in the words of `pg`.
 * `sslmode=require` is checked as strictly as `verify-full`.
 *
 * @throws Refusal if it is none; the sentence does not repeat it, for the password in it
 */
export function connectionString(url: string): string {
  const parsed = URL.parse(url.replace(/^postgres(ql)?(\+asyncpg)?:/, 'postgres:'));
  if (!parsed) throw new Refusal('DATABASE_URL is not an address that can be read.');
  const { searchParams } = parsed;
  const mode = searchParams.get('sslmode') ?? searchParams.get('ssl');
  searchParams.delete('ssl');
  if (mode) {
    const strict = ['require', 'prefer', 'verify-ca', 'true'].includes(mode);
    searchParams.set('sslmode', strict ? 'verify-full' : mode);
  }
  return parsed.href;
}

/**
 * Opens a pool and waits until the server answers.
 *
 * @throws Refusal when the server does not let us in (a password, a database that is not there), or
 * is still away after the last attempt
 */
export async function openServer(
  url: string,
  options: pg.PoolConfig,
  wait: Wait = patient,
): Promise<OpenPool> {
  const pool = poolOn(url, options);
  for (let attempt = 1; ; attempt++) {
    try {
      await pool.query('select 1');
      return opened(url, pool, options);
    } catch (error) {
      if (!isUnavailable(error) || attempt >= wait.attempts) {
        await pool.end();
        const what = isUnavailable(error) ? 'does not answer' : 'does not let us in';
        throw new Refusal(`The database ${what}: ${reason(error)}.`, { cause: error });
      }
      const pauseMs = Math.min(longestPauseMs, 250 * 2 ** Math.min(attempt, 10));
      wait.say(
        `The database does not answer (${reason(error)}); trying again in ${pauseMs / 1000} s.`,
      );
      await sleep(pauseMs, undefined, { signal: wait.signal });
    }
  }
}

/** @param role as whom all its connections work; said in so many words, since an address may hold options too */
function poolOn(url: string, options: pg.PoolConfig, role?: string): pg.Pool {
  const first = role ? `${instants}; set role ${role}` : instants;
  const pool = new pg.Pool({
    ...options,
    connectionString: connectionString(url),
    onConnect: async (client) => void (await client.query(first)),
  });
  // An idle connection that breaks is replaced by the pool; the next statement says what is wrong.
  pool.on('error', () => {});
  return pool;
}

function opened(url: string, pool: pg.Pool, options: pg.PoolConfig): OpenPool {
  return {
    kind: 'postgresql',
    pool,
    cancel,
    as: async (role) => opened(url, poolOn(url, options, role), options),
    close: () => pool.end(),
  };
}

const reason = (error: unknown) => {
  const { code, message } = error as { code?: string; message?: string };
  return message || code || 'no reason given';
};
