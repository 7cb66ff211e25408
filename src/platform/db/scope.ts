/** Handles that run statements as somebody, on a pool or inside a transaction. */
import type pg from 'pg';
import type { Compiled, Db } from '#kernel/db.ts';
import type { Principal } from '#kernel/principal.ts';
import { transaction } from './connection.ts';

export type ScopeOptions = {
  /** Send statements by name, so that the server parses and plans each once per connection. */
  readonly prepared: boolean;
  /** Hears of every statement a service runs; for tests that count them. */
  readonly onStatement?: ((name: string) => void) | undefined;
};

/** Makes handles on a pool, one for each principal that asks. */
export function scopes(pool: pg.Pool, { prepared, onStatement }: ScopeOptions) {
  const query = (statement: Compiled, input: Record<string, unknown>): pg.QueryConfig => {
    onStatement?.(statement.name);
    const values = statement.values(input);
    return prepared && statement.prepareAs !== undefined
      ? { name: statement.prepareAs, text: statement.text, values }
      : { text: statement.text, values };
  };

  const inTransaction = (client: pg.PoolClient, principal: Principal, depth: number): Db => ({
    principal,
    run: async (statement, input) => (await client.query(query(statement, input))).rows,
    async transaction(work) {
      const savepoint = `nested_${depth}`;
      await client.query(`savepoint ${savepoint}`);
      try {
        const result = await work(inTransaction(client, principal, depth + 1));
        await client.query(`release savepoint ${savepoint}`);
        return result;
      } catch (error) {
        await client.query(`rollback to savepoint ${savepoint}`);
        throw error;
      }
    },
  });

  return (principal: Principal): Db => ({
    principal,
    run: async (statement, input) => (await pool.query(query(statement, input))).rows,
    transaction: (work) => transaction(pool, (client) => work(inTransaction(client, principal, 0))),
  });
}
