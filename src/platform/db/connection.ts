/** A connection of the pool for the length of some work. */
import type pg from 'pg';

/**
 * Lends a connection to `work`. If it breaks, the statement in flight or the next one fails, and that
 * is what the caller hears: the event of the same break must not end the process.
 */
export async function connected<Result>(
  pool: pg.Pool,
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

/** Runs `work` in one transaction, rolled back if it throws or is only a trial. */
export function transaction<Result>(
  pool: pg.Pool,
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
