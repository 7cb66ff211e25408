/** Every form of statement tells who asks, and does under the policies what it does without them. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type pg from 'pg';
import { bound } from '#platform/db/bind.ts';
import { transaction } from '#platform/db/connection.ts';
import { difference, takeSnapshot } from '#platform/db/migrations/snapshot.ts';
import { openTestDatabase } from '#test/database.ts';
import { ada, bob, first, forms, his, notes, second } from './forms.fixture.ts';
import { newId } from './id.ts';
import { nilUuid } from './principal.ts';
import { telling, toldUnscoped } from './row-security.ts';

const opened = await openTestDatabase();
const models = [{ notes }];
for (const made of await difference(await takeSnapshot([]), await takeSnapshot(models))) {
  await opened.pool.query(made);
}
for (const [id, owner] of [
  [first, ada],
  [second, ada],
  [his, bob],
]) {
  await opened.pool.query(
    `insert into plinth.notes (id, owner_id, "select") values ($1, $2, 'it''s (one')`,
    [id, owner],
  );
}
const under = await bound(opened, true);
after(() => under.close());

type Queryable = Pick<pg.PoolClient, 'query'>;
/** Ids that the database makes up are compared by their number. */
const known = new Set([first, second, his]);
const plain = (rows: { id?: string }[]) =>
  rows
    .map(({ id, ...rest }) => ({ id: id === undefined || known.has(id) ? id : 'new', ...rest }))
    .map((one) => JSON.stringify(one))
    .sort();

const everything = 'select * from plinth.notes';
async function tell(client: Queryable, statement: string, values: unknown[], caller: string) {
  return (await client.query(telling(statement, values.length), [...values, caller])).rows;
}

const before = plain(await tell(under.pool, everything, [], toldUnscoped));

for (const [form, built] of Object.entries(forms)) {
  const { sql: statement, params } = built.toSQL();

  test(`${form}: told, it does the same`, async () => {
    const without = await transaction(
      opened.pool,
      async (client) => {
        await client.query('set local role none');
        const { rows } = await client.query(statement, params);
        return [plain(rows), plain((await client.query(everything)).rows)];
      },
      'rollback',
    );
    for (const caller of [ada, toldUnscoped]) {
      const told = await transaction(
        under.pool,
        async (client) => [
          plain(await tell(client, statement, params, caller)),
          plain(await tell(client, everything, [], toldUnscoped)),
        ],
        'rollback',
      );
      if (caller === ada) assert.deepEqual(told, without);
      else assert.deepEqual(told[1], without[1]);
    }
  });

  test(`${form}: told of somebody else, or of nobody, it reads and changes nothing`, async () => {
    for (const caller of [bob, nilUuid, newId()]) {
      const left = await transaction(
        under.pool,
        async (client) => {
          await client.query('savepoint before');
          const rows = await tell(client, statement, params, caller).catch((error) => {
            assert.equal(error.code, '42501');
            return client.query('rollback to savepoint before').then(() => []);
          });
          assert.deepEqual(rows, []);
          return plain(await tell(client, everything, [], toldUnscoped));
        },
        'rollback',
      );
      assert.deepEqual(left, before);
    }
  });
}

test('what is told is kept by no connection', async () => {
  await tell(under.pool, everything, [], toldUnscoped);
  const { rows } = await under.pool.query(`select current_setting('plinth.caller', true) as told`);
  assert.ok(!rows[0].told);
  assert.deepEqual((await under.pool.query(everything)).rows, []);
});
