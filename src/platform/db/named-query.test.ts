/** Named statements: what they answer does not depend on how often they were told their columns. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type pg from 'pg';
import { openTestDatabase } from '#test/database.ts';
import { NamedQuery } from './named-query.ts';

const { pool, close } = await openTestDatabase();
const client = await pool.connect();
after(async () => {
  client.release();
  await close();
});

let asked = 0;
const { connection } = client as unknown as { connection: { describe(message: object): void } };
const describe = connection.describe.bind(connection);
connection.describe = (message) => {
  asked++;
  describe(message);
};

async function run(name: string, text: string, values: unknown[] = []) {
  const query = new NamedQuery({ name, text, values });
  return ((await client.query(query)) as unknown as pg.QueryResult).rows;
}

test('columns are told once for each name, and rows are the same each time', async () => {
  const all = `select n, n::text as "text", case when n > 1 then now() is not null end as "flag"
    from generate_series(1, $1::integer) n`;
  const rows = [
    { n: 1, text: '1', flag: null },
    { n: 2, text: '2', flag: true },
  ];
  for (const _ of [1, 2, 3]) {
    assert.deepEqual(await run('all', all, [2]), rows);
    assert.deepEqual(await run('other', 'select $1::text as text', ['x']), [{ text: 'x' }]);
  }
  assert.deepEqual(await run('all', all, [0]), []);
  assert.equal(asked, 2);
});

test('what answers no rows, and what fails, is as it was', async () => {
  await client.query('create temporary table notes (title text not null)');
  for (const _ of [1, 2]) {
    assert.deepEqual(await run('add', 'insert into notes values ($1)', ['x']), []);
    await assert.rejects(run('add', 'insert into notes values ($1)', [null]), { code: '23502' });
  }
  assert.deepEqual(await run('count', 'select count(*)::integer as n from notes'), [{ n: 2 }]);
});
