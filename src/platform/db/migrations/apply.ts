/** Forward: applies what is pending, once, however many deployers try at the same time. */
import type pg from 'pg';
import { connected } from '../connection.ts';
import { findId, type Migration, readMigrations } from './files.ts';
import {
  type Applied,
  ensureHistory,
  exclusively,
  type Log,
  readHistory,
  remember,
} from './history.ts';
import { run, type Script } from './script.ts';
import { pending, refuseBroken, verify } from './verify.ts';

export type ApplyOptions = {
  readonly folder: string;
  /** Stop after this migration; an id or how it starts. */
  readonly to?: string | undefined;
  readonly log?: Log | undefined;
};

/**
 * Applies the pending migrations, each in a transaction of its own: one that fails leaves nothing of
 * itself, and those before it stay. Where nothing is pending it only reads, and needs no right to
 * create anything.
 *
 * @returns the ids this call applied
 * @throws Refusal if an applied migration was changed or is missing, if one is out of order,
 * or if a statement fails
 */
export async function migrate(pool: pg.Pool, options: ApplyOptions): Promise<string[]> {
  const { folder, to, log = () => {} } = options;
  const migrations = readMigrations(folder);
  const ids = migrations.map(({ id }) => id);
  const last = to === undefined ? ids.at(-1) : findId(ids, to, 'migration');
  const before = await readHistory(pool);
  for (const { kind, message } of verify(migrations, before)) if (kind === 'ahead') log(message);
  if (!next(migrations, before, last)) return [];

  await ensureHistory(pool, log);
  const applied: string[] = [];
  for (;;) {
    const id = await exclusively(pool, log, async (client, history) => {
      const migration = next(migrations, history, last);
      if (!migration) return undefined;
      const startedAt = performance.now();
      await runAlone(pool, client, migration.up);
      await remember(client, migration, performance.now() - startedAt);
      return migration.id;
    });
    if (id === undefined) return applied;
    log(`Applied ${id}.`);
    applied.push(id);
  }
}

function next(migrations: Migration[], history: Applied[], last: string | undefined) {
  refuseBroken(verify(migrations, history));
  const [first] = pending(migrations, history);
  return first && last !== undefined && first.id <= last ? first : undefined;
}

/**
 * Runs a script while `client` holds the lock.
 *
 * A script that starts with `-- no-transaction` (for `create index concurrently`) runs statement by
 * statement on a second connection while the first keeps the lock. If it fails half way, what ran
 * stays and the migration is not noted as applied: the next attempt starts it from the top. So write
 * each statement to bear repetition, and drop the invalid index a failed attempt leaves.
 *
 * A pool of one connection has none to spare: the script then runs unlocked on that one. On the
 * embedded database nobody else can be there.
 */
export async function runAlone(pool: pg.Pool, client: pg.PoolClient, script: Script) {
  if (script.transactional) return run(client, script);
  if (pool.options.max === 1) {
    await client.query('commit');
    await run(client, script);
    await client.query('begin');
    return;
  }
  // The lock must outlive a long script, though its connection sits idle meanwhile.
  await client.query('set local idle_in_transaction_session_timeout = 0');
  await connected(pool, (second) => run(second, script));
}
