/** PGlite shares the process with the sockets: between two statements they have their turns. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { onPglite } from './pglite.ts';

test('the event loop turns more than once after each of many long statements', async (t) => {
  const { pool, close } = onPglite(await PGlite.create());
  t.after(close);
  let turns = 0;
  let counting = setImmediate(function count() {
    turns++;
    counting = setImmediate(count);
  });
  t.after(() => clearImmediate(counting));
  const long = () => pool.query('select count(*) from generate_series(1, 1000000)');
  await Promise.all(
    [1, 2, 3].map(async (nth) => {
      await long();
      assert.ok(turns > nth * 5, `${turns} turns after ${nth}`);
    }),
  );
});
