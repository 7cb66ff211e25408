/** Lists that change while somebody reads them: whatever was there all along is met once. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { harness } from './harness.ts';

const { call, pool, caller } = await harness();
const { id: owner_id } = await caller('ada');

type Row = { id: string; title: string };
type Page = { data: Row[]; next_cursor: string | null; prev_cursor: string | null };

const sorts = ['created_at', 'updated_at', 'title', 'due_at', 'priority'].flatMap((sort) => [
  sort,
  `-${sort}`,
]);

/** Few values of each, so that many rows are equal. */
const row = fc.record({
  id: fc.uuid(),
  title: fc.constantFrom('a', 'B', 'é', '\u{1F600}', ''),
  created_at: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.001Z'),
  updated_at: fc.constantFrom('2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'),
  due_at: fc.constantFrom(null, '2027-01-01T00:00:00Z', '2028-01-01T00:00:00Z'),
  priority: fc.constantFrom(null, 'low', 'medium', 'high'),
});

/** What happens between two pages: rows come, and rows go, of those that were just read too. */
const meanwhile = fc.record({
  added: fc.array(row, { maxLength: 3 }),
  removed: fc.array(fc.nat(), { maxLength: 3 }),
  removesEdges: fc.boolean(),
});

const reading = fc.record({
  sort: fc.constantFrom(...sorts),
  limit: fc.integer({ min: 1, max: 4 }),
  rows: fc.uniqueArray(row, { minLength: 1, maxLength: 14, selector: ({ id }) => id }),
  between: fc.array(meanwhile, { minLength: 1, maxLength: 6 }),
});

async function add(rows: readonly object[]) {
  await pool.query(
    `insert into plinth.tasks (id, owner_id, title, created_at, updated_at, due_at, priority)
     select id, $2, title, created_at, updated_at, due_at, priority
     from json_populate_recordset(null::plinth.tasks, $1)`,
    [JSON.stringify(rows), owner_id],
  );
}

async function page(query: string): Promise<Page> {
  const { status, body } = await call('ada', `GET /api/v1/tasks?count=false&${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

test('nothing that was there all along is lost or met twice, forward and back', async () => {
  const property = fc.asyncProperty(reading, async ({ sort, limit, rows, between }) => {
    await pool.query('delete from plinth.tasks where owner_id = $1', [owner_id]);
    await add(rows);
    const there = new Set(rows.map(({ id }) => id));
    const query = `sort=${sort}&limit=${limit}`;
    let turn = 0;

    async function change({ data }: Page) {
      const { added, removed, removesEdges } = between[turn++ % between.length] ?? {
        added: [],
        removed: [],
        removesEdges: false,
      };
      // Another id each time: the same may come again and again.
      await add(added.map((one) => ({ ...one, id: randomUUID() })));
      const { rows: all } = await pool.query(
        'select id from plinth.tasks where owner_id = $1 order by id',
        [owner_id],
      );
      const edges = removesEdges ? [data[0]?.id, data.at(-1)?.id] : [];
      const gone = [...removed.map((nth) => all[nth % all.length]?.id), ...edges].filter(Boolean);
      await pool.query('delete from plinth.tasks where id = any($1)', [gone]);
      for (const id of gone) there.delete(id);
    }

    /** Reads in one direction to its end, while things change up to 20 times. */
    async function read(from: Page, towards: 'next_cursor' | 'prev_cursor') {
      const met = from.data.map(({ id }) => id);
      let last = from;
      for (let cursor = from[towards]; cursor; cursor = last[towards]) {
        if (turn < 20) await change(last);
        last = await page(`${query}&cursor=${cursor}`);
        const ids = last.data.map(({ id }) => id);
        if (towards === 'next_cursor') met.push(...ids);
        else met.unshift(...ids);
      }
      assert.equal(new Set(met).size, met.length, 'met twice');
      for (const id of there) assert.ok(met.includes(id), `${id} was lost`);
      return last;
    }

    const end = await read(await page(query), 'next_cursor');
    turn = 0;
    // What stands behind where it turns was met on the way there.
    const { rows: left } = await pool.query('select id from plinth.tasks where owner_id = $1', [
      owner_id,
    ]);
    const again = await page(`sort=${sort}&limit=100`);
    assert.equal(again.data.length, left.length);
    there.clear();
    const turnsAt = again.data.findIndex(({ id }) => id === end.data[0]?.id);
    for (const { id } of turnsAt < 0 ? [] : again.data.slice(0, turnsAt)) there.add(id);
    await read(end, 'prev_cursor');
  });
  await fc.assert(property, { seed: 20_261_121, numRuns: 60 });
});

test('where all rows of a page are gone, its neighbours are still found from it', async () => {
  await pool.query('delete from plinth.tasks where owner_id = $1', [owner_id]);
  const rows = Array.from({ length: 6 }, (_, n) => ({
    id: randomUUID(),
    title: `t${n}`,
    created_at: `2026-01-01T00:00:0${n}Z`,
    updated_at: '2026-01-01T00:00:00Z',
  }));
  await add(rows);
  const remove = (...ns: number[]) =>
    pool.query('delete from plinth.tasks where owner_id = $1 and title = any($2)', [
      owner_id,
      ns.map((n) => `t${n}`),
    ]);
  const titles = ({ data }: Page) => data.map(({ title }) => title);
  const next = async ({ next_cursor }: Page) => page(`sort=title&limit=2&cursor=${next_cursor}`);
  const prev = async ({ prev_cursor }: Page) => page(`sort=title&limit=2&cursor=${prev_cursor}`);

  const one = await page('sort=title&limit=2');
  const two = await next(one);
  assert.deepEqual(
    [titles(one), titles(two)],
    [
      ['t0', 't1'],
      ['t2', 't3'],
    ],
  );
  await remove(4, 5);
  const past = await next(two);
  assert.deepEqual([titles(past), past.next_cursor], [[], null]);
  assert.deepEqual(titles(await prev(past)), ['t2', 't3']);
  await remove(0, 1);
  const before = await prev(two);
  assert.deepEqual([titles(before), before.prev_cursor], [[], null]);
  assert.deepEqual(titles(await next(before)), ['t2', 't3']);
  await add([rows[1], rows[4]] as object[]);
  assert.deepEqual(titles(await next(before)), ['t2', 't3']);
  assert.deepEqual(titles(await prev(past)), ['t2', 't3']);
  assert.deepEqual(titles(await prev(two)), ['t1']);
});
