/** Lists: pages, cursors, filters and totals, as every list has them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from './harness.ts';

const { call, pool, caller } = await harness();
type Row = { id: string; title: string; completed: boolean };

for (let n = 1; n <= 7; n++) {
  await call('ada', 'POST /api/v1/tasks', { title: `Task ${n}`, completed: n % 2 === 0 });
}
await call('ada', 'POST /api/v1/tasks', { title: '100% of a_b\\c', description: 'ÆGIR writes' });
await call('bob', 'POST /api/v1/tasks', { title: 'Of bob' });

const list = (query: string, as = 'ada') => call(as, `GET /api/v1/tasks?${query}`);
const titles = (rows: Row[]) => rows.map(({ title }) => title);

test('the newest come first, with how many there are, in one statement', async () => {
  const { body, statements } = await list('limit=3');
  assert.deepEqual(titles(body.data), ['100% of a_b\\c', 'Task 7', 'Task 6']);
  assert.deepEqual([body.count, statements], [8, ['tasks.list']]);
});

test('skip and offset are the same, and past the end is empty but counted', async () => {
  const skipped = await list('limit=2&skip=2');
  assert.deepEqual(skipped.body, (await list('limit=2&offset=2')).body);
  const { body, statements } = await list('skip=100');
  assert.deepEqual(body, { data: [], count: 8, next_cursor: null });
  assert.equal(statements.length, 1);
});

test('an empty list counts nothing', async () => {
  assert.deepEqual((await list('', 'eve')).body, { data: [], count: 0, next_cursor: null });
});

test('cursors walk over every row once, though rows are added on the way', async () => {
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await list(`limit=3&count=false${cursor && `&cursor=${cursor}`}`);
    assert.equal('count' in body, false);
    seen.push(...titles(body.data));
    cursor = body.next_cursor;
    if (cursor) await call('ada', 'POST /api/v1/tasks', { title: 'added on the way' });
  }
  assert.deepEqual(seen.length, 8);
  assert.equal(new Set(seen).size, 8);
  await pool.query(`delete from plinth.tasks where title = 'added on the way'`);
});

test('rows made in the same instant are neither lost nor shown twice', async () => {
  const { id } = await caller('kim');
  await pool.query(
    `insert into plinth.tasks (id, owner_id, title, created_at)
     select gen_random_uuid(), $1, 'same', '2026-01-01T00:00:00Z' from generate_series(1, 10)`,
    [id],
  );
  const ids = new Set<string>();
  let cursor = '';
  do {
    const { body } = await list(`limit=3${cursor && `&cursor=${cursor}`}`, 'kim');
    for (const row of body.data as Row[]) ids.add(row.id);
    cursor = body.next_cursor ?? '';
  } while (cursor);
  assert.equal(ids.size, 10);
});

test('filters narrow the rows and the count', async () => {
  const { body } = await list('completed=true');
  assert.deepEqual([titles(body.data), body.count], [['Task 6', 'Task 4', 'Task 2'], 3]);
  assert.equal((await list('completed=false&search=task')).body.count, 4);
});

test('search takes its text literally, in any case, in title and description', async () => {
  for (const text of ['100%', 'a_b', 'b\\c', 'ægir']) {
    const { body } = await list(`search=${encodeURIComponent(text)}`);
    assert.deepEqual(titles(body.data), ['100% of a_b\\c'], text);
  }
  assert.equal((await list('search=__')).body.count, 0);
});

const invalid = [
  'limit=0',
  'limit=101',
  'limit=ten',
  'skip=-1',
  'skip=1&offset=1',
  'skip=1&cursor=eHg',
  'cursor=nonsense',
  `cursor=${Buffer.from('2026-02-31T00:00:00.000Z 0').toString('base64url')}`,
  `cursor=${Buffer.from("2026-01-01T00:00:00.000Z ' or true").toString('base64url')}`,
  'complete=true',
  'search=',
  'completed=maybe',
];

for (const query of invalid) {
  test(`?${query} is refused with a sentence, and no statement`, async () => {
    const answer = await list(query);
    assert.deepEqual([answer.status, answer.body.code], [422, 'invalid']);
    assert.match(answer.body.detail, /\w+ \w+/);
    assert.deepEqual(answer.statements, []);
  });
}

test("a forged cursor shows nothing of another's", async () => {
  const forged = Buffer.from('2999-01-01T00:00:00.000Z ffffffff-ffff-ffff-ffff-ffffffffffff');
  const { body } = await list(`cursor=${forged.toString('base64url')}`);
  assert.deepEqual(titles(body.data).includes('Of bob'), false);
  assert.equal(body.data.length, 8);
});
