/** Handles that run statements as somebody, on a pool or inside a transaction. */
import { createHmac } from 'node:crypto';
import type pg from 'pg';
import { type Client, noClient } from '#kernel/client.ts';
import type { Compiled, Db } from '#kernel/db.ts';
import type { Database } from '#kernel/ports.ts';
import type { Principal } from '#kernel/principal.ts';
import { toldOf, toldUnscoped } from '#kernel/row-security.ts';
import { lazyTransaction, type Runner, transaction } from './connection.ts';
import { takenBack } from './failure.ts';
import { type Lending, stillWanted } from './lending.ts';
import { NamedQuery } from './named-query.ts';
import type { Tell } from './notices.ts';

export type ScopeOptions = {
  /** Send statements by name, so that the server parses and plans each once per connection. */
  readonly prepared: boolean;
  /** Tell the database who asks, for its policies; without them nobody wants to know. */
  readonly rowSecurity: boolean;
  /** What the handles sign with, such as cursors. */
  readonly signingKey: Buffer;
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

/** Makes handles on the connections of a pool, one for each principal that asks; and one in a transaction. */
export function scopes(
  lending: Lending,
  tell: Tell,
  { prepared, rowSecurity, signingKey, onStatement }: ScopeOptions,
) {
  const sign = (text: string) => createHmac('sha256', signingKey).update(text).digest();

  function query(
    statement: Compiled,
    input: Record<string, unknown>,
    told: string,
  ): pg.QueryConfig {
    onStatement?.(statement.name);
    const { prepareAs: name } = statement;
    const values = statement.values(input);
    if (rowSecurity) values.push(told);
    const text = rowSecurity ? statement.telling : statement.text;
    return prepared && name !== undefined
      ? new NamedQuery({ name, text, values })
      : { text, values };
  }

  const running = (on: Runner, { told, client }: Scope): Db['run'] => {
    return async (statement, input) => {
      stillWanted(client);
      return (await on.query(query(statement, input, told))).rows;
    };
  };

  /** @param after what waits for the commit; what a savepoint that is rolled back added is dropped */
  const inTransaction = (
    connection: Runner,
    scope: Scope,
    after: (() => void)[],
    depth = 0,
  ): Db => {
    const nested: Db['transaction'] = async (work) => {
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
    };
    return {
      principal: scope.principal,
      client: scope.client,
      sign,
      run: running(connection, scope),
      unscoped: () => inTransaction(connection, { ...scope, told: toldUnscoped }, after, depth),
      afterCommit: (then) => void after.push(then),
      notify: (channel, payload) => void after.push(() => tell(channel, payload)),
      attempt: nested,
      transaction: nested,
    };
  };

  const onPool = (scope: Scope): Db => ({
    principal: scope.principal,
    client: scope.client,
    sign,
    run: running(lending.to(scope.client), scope),
    unscoped: () => onPool({ ...scope, told: toldUnscoped }),
    afterCommit: (then) => then(),
    notify: tell,
    attempt(work) {
      return work(this);
    },
    async transaction(work) {
      const after: (() => void)[] = [];
      const result = await transaction(lending.to(scope.client), (held) =>
        wanted(scope.client, work(inTransaction(held, scope, after))),
      );
      for (const then of after) then();
      return result;
    },
  });

  const scopeOf = (principal: Principal, client: Client): Scope => ({
    principal,
    client,
    told: toldOf(principal),
  });

  const as: Database['as'] = (principal, client = noClient) => onPool(scopeOf(principal, client));

  const together: Database['together'] = async (principal, client, first, work) => {
    const scope = scopeOf(principal, client);
    const after: (() => void)[] = [];
    const begin = (held: Runner) => first(inTransaction(held, scope, after));
    const result = await lazyTransaction(lending.to(client), begin, (held) =>
      wanted(client, work(inTransaction(held, scope, after))),
    );
    for (const then of after) then();
    return result;
  };

  return { as, together };
}

/** The result of some work, unless nobody waits for it any more: then it is not committed. */
async function wanted<Result>(client: Client, working: Promise<Result>): Promise<Result> {
  const result = await working;
  if (client.gone) throw takenBack();
  return result;
}
