/** Handles that run statements as somebody, on a pool or inside a transaction. */
import type pg from 'pg';
import { type Client, noClient } from '#kernel/client.ts';
import type { Compiled, Db } from '#kernel/db.ts';
import type { Principal } from '#kernel/principal.ts';
import { transaction } from './connection.ts';

export type ScopeOptions = {
  /** Send statements by name, so that the server parses and plans each once per connection. */
  readonly prepared: boolean;
  /** Hears of every statement a service runs; for tests that count them. */
  readonly onStatement?: ((name: string) => void) | undefined;
};

/** Who asks, the same in a transaction as outside. */
type Scope = { readonly principal: Principal; readonly client: Client };

/** Makes handles on a pool, one for each principal that asks. */
export function scopes(pool: pg.Pool, { prepared, onStatement }: ScopeOptions) {
  const query = (statement: Compiled, input: Record<string, unknown>): pg.QueryConfig => {
    onStatement?.(statement.name);
    const values = statement.values(input);
    return prepared && statement.prepareAs !== undefined
      ? { name: statement.prepareAs, text: statement.text, values }
      : { text: statement.text, values };
  };

  /** @param after what waits for the commit; what a savepoint that is rolled back added is dropped */
  const inTransaction = (
    connection: pg.PoolClient,
    scope: Scope,
    after: (() => void)[],
    depth = 0,
  ): Db => ({
    principal: scope.principal,
    client: scope.client,
    run: async (statement, input) => (await connection.query(query(statement, input))).rows,
    afterCommit: (then) => void after.push(then),
    async transaction(work) {
      const savepoint = `nested_${depth}`;
      const inner: (() => void)[] = [];
      await connection.query(`savepoint ${savepoint}`);
      try {
        const result = await work(inTransaction(connection, scope, inner, depth + 1));
        await connection.query(`release savepoint ${savepoint}`);
        after.push(...inner);
        return result;
      } catch (error) {
        await connection.query(`rollback to savepoint ${savepoint}`);
        throw error;
      }
    },
  });

  return (principal: Principal, client: Client = noClient): Db => ({
    principal,
    client,
    run: async (statement, input) => (await pool.query(query(statement, input))).rows,
    afterCommit: (then) => then(),
    async transaction(work) {
      const after: (() => void)[] = [];
      const scope = { principal, client };
      const result = await transaction(pool, (held) => work(inTransaction(held, scope, after)));
      for (const then of after) then();
      return result;
    },
  });
}
