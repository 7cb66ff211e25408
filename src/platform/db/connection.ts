/** A connection of the pool for the length of some work. */
import type pg from 'pg';

/** A pool, or what lends its connections in the name of somebody. */
export type Lender = { connect(): Promise<pg.PoolClient> };

/**
 * Lends a connection to `work`. If it breaks, the statement in flight or the next one fails, and that
 * is what the caller hears: the event of the same break must not end the process.
 */
export async function connected<Result>(
  pool: Lender,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const listen = (error: Error) => {
    broken = error;
  };
  client.on('error', listen);
  try {
    return await work(client);
  } finally {
    client.off('error', listen);
    client.release(broken);
  }
}

export type Runner = Pick<pg.Pool, 'query'>;

/** Runs `work` in one transaction, rolled back if it throws or is only a trial. */
export function transaction<Result>(
  pool: Lender,
  work: (client: pg.PoolClient) => Promise<Result>,
  end: 'commit' | 'rollback' = 'commit',
): Promise<Result> {
  return connected(pool, async (client) => {
    await client.query('begin');
    try {
      const result = await work(client);
      await client.query(end);
      return result;
    } catch (error) {
      // A connection that cannot roll back is a broken one, and not for the next caller.
      await client.query('rollback').catch((failed) => client.emit('error', failed));
      throw error;
    }
  });
}

/**
 * Runs `work` in one transaction that its first statement begins, after which `first` runs: until then
 * no connection is held. What `first` throws fails that statement and all after it.
 */
export async function lazyTransaction<Result>(
  pool: Lender,
  first: (held: Runner) => Promise<void>,
  work: (held: Runner) => Promise<Result>,
): Promise<Result> {
  let begun: Promise<Runner> | undefined;
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => {}); // nobody waits for it where nothing was begun
  let transacted: Promise<void> | undefined;

  function begin() {
    const ready = Promise.withResolvers<Runner>();
    transacted = transaction(pool, async (client) => {
      await first(client);
      ready.resolve(client);
      await ended.promise;
    });
    transacted.catch(ready.reject);
    return ready.promise;
  }

  const query = async (...args: unknown[]) => {
    begun ??= begin();
    const client = (await begun) as { query(...args: unknown[]): unknown };
    return client.query(...args);
  };
  try {
    const result = await work({ query } as Runner);
    ended.resolve();
    await transacted;
    return result;
  } catch (error) {
    ended.reject(error);
    await transacted?.catch(() => {});
    throw error;
  }
}
