/** What was applied to a database: the table `plinth.migrations`, and the lock on it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { transaction } from '../connection.ts';
import type { Migration } from './files.ts';

/** One row of the table. */
export type Applied = {
  readonly id: string;
  readonly checksum: string;
  /** ISO 8601, UTC. */
  readonly applied_at: string;
  readonly duration_ms: number;
};

/** Hears in one sentence of each step that is taken. */
export type Log = (sentence: string) => void;

/** Any number that no other program takes as a lock in the same database. */
const lockKey = 7_270_115_402;
const pollMs = 100;

const createTable = `create schema if not exists plinth;
create table if not exists plinth.migrations (
  id text primary key,
  checksum text not null,
  applied_at timestamptz(3) not null default now(),
  duration_ms int not null
)`;

/** What was applied, oldest first; nothing if no migration ever ran here. Changes nothing. */
export async function readHistory(database: pg.Pool | pg.PoolClient): Promise<Applied[]> {
  const { rows: found } = await database.query(
    `select to_regclass('plinth.migrations') is not null as there`,
  );
  if (!found[0].there) return [];
  const { rows } = await database.query<Applied>(
    `select id, checksum, duration_ms,
       to_char(applied_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as applied_at
     from plinth.migrations order by id collate "C"`,
  );
  return rows;
}

/** Notes that `migration` was applied and took this long. */
export async function remember(client: pg.PoolClient, migration: Migration, durationMs: number) {
  await client.query(
    'insert into plinth.migrations (id, checksum, duration_ms) values ($1, $2, $3)',
    [migration.id, migration.checksum, Math.round(durationMs)],
  );
}

/** Notes that the migration was taken back. */
export async function forget(client: pg.PoolClient, id: string) {
  await client.query('delete from plinth.migrations where id = $1', [id]);
}

/**
 * Runs `work` in a transaction that no other deployer is in: all of it happens or none. The lock
 * ends with the transaction, so it holds through pgbouncer's transaction mode too.
 *
 * Who finds the lock taken asks again later instead of waiting in the database: a waiting statement
 * holds a snapshot, and `create index concurrently` by the one with the lock would wait for that.
 *
 * @param work is given the history as it is under the lock
 */
export async function exclusively<Result>(
  pool: pg.Pool,
  log: Log,
  work: (client: pg.PoolClient, history: Applied[]) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await transaction(pool, async (client) => {
      const { rows } = await client.query('select pg_try_advisory_xact_lock($1) as mine', [
        lockKey,
      ]);
      if (!rows[0].mine) return undefined;
      return { result: await work(client, await readHistory(client)) };
    });
    if (outcome) return outcome.result;
    if (attempt === 1) log('Another deployer is migrating this database; waiting for it.');
    await sleep(pollMs);
  }
}

/** Makes the schema and the history in it, and commits: a script on a second connection needs them. */
export async function ensureHistory(pool: pg.Pool, log: Log): Promise<void> {
  await exclusively(pool, log, (client) => client.query(createTable));
}
