/** Handles that run statements as somebody, on a pool or inside a transaction. */
import type pg from 'pg';
import { type Client, noClient } from '#kernel/client.ts';
import type { Compiled, Db } from '#kernel/db.ts';
import type { Principal } from '#kernel/principal.ts';
import { toldOf, toldUnscoped } from '#kernel/row-security.ts';
import { transaction } from './connection.ts';

export type ScopeOptions = {
  /** Send statements by name, so that the server parses and plans each once per connection. */
  readonly prepared: boolean;
  /** Tell the database who asks, for its policies; without them nobody wants to know. */
  readonly rowSecurity: boolean;
  /** Hears of every statement a service runs; for tests that count them. */
  readonly onStatement?: ((name: string) => void) | undefined;
};

/** Who asks, the same in a transaction as outside. */
type Scope = {
  readonly principal: Principal;
  readonly client: Client;
  /** What the database is told of it. */
  readonly told: string;
};

type Runner = Pick<pg.Pool, 'query'>;

/** Makes handles on a pool, one for each principal that asks. */
export function scopes(pool: pg.Pool, { prepared, rowSecurity, onStatement }: ScopeOptions) {
  function query(statement: Compiled, input: Record<string, unknown>, told: string) {
    onStatement?.(statement.name);
    const { prepareAs: name } = statement;
    const values = statement.values(input);
    if (rowSecurity) values.push(told);
    const text = rowSecurity ? statement.telling : statement.text;
    return prepared && name !== undefined ? { name, text, values } : { text, values };
  }

  const running = (on: Runner, { told }: Scope): Db['run'] => {
    return async (statement, input) => (await on.query(query(statement, input, told))).rows;
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
    run: running(connection, scope),
    unscoped: () => inTransaction(connection, { ...scope, told: toldUnscoped }, after, depth),
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

  const onPool = (scope: Scope): Db => ({
    principal: scope.principal,
    client: scope.client,
    run: running(pool, scope),
    unscoped: () => onPool({ ...scope, told: toldUnscoped }),
    afterCommit: (then) => then(),
    async transaction(work) {
      const after: (() => void)[] = [];
      const result = await transaction(pool, (held) => work(inTransaction(held, scope, after)));
      for (const then of after) then();
      return result;
    },
  });

  return (principal: Principal, client: Client = noClient): Db =>
    onPool({ principal, client, told: toldOf(principal) });
}
