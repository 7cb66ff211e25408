/** Lists: pages, cursors, filters and totals, as every list has them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tasks from '#features/tasks/service.ts';
import { anonymous, type Principal } from '#kernel/principal.ts';
import { harness } from './harness.ts';

const { call, pool, caller, peer } = await harness();
type Row = { id: string; title: string; completed: boolean };

for (let n = 1; n <= 7; n++) {
  await call('ada', 'POST /api/v1/tasks', { title: `Task ${n}`, completed: n % 2 === 0 });
}
await call('ada', 'POST /api/v1/tasks', {
  title: '100% of a_b\\c',
  description: 'ÆGIR writes',
  priority: 'high',
  due_at: '2030-01-02T00:00:00.000Z',
});
await call('bob', 'POST /api/v1/tasks', { title: 'Of bob' });

const list = (query: string, as = 'ada') => call(as, `GET /api/v1/tasks?${query}`);
const titles = (rows: Row[]) => rows.map(({ title }) => title);
const nothing = { data: [], count_is_lower_bound: false, next_cursor: null, prev_cursor: null };

test('the newest come first, with how many there are, in one statement', async () => {
  const { body, statements } = await list('limit=3');
  assert.deepEqual(titles(body.data), ['100% of a_b\\c', 'Task 7', 'Task 6']);
  assert.deepEqual([body.count, body.count_is_lower_bound, statements], [8, false, ['tasks.list']]);
});

test('skip and offset are the same, and past the end is empty but counted', async () => {
  const skipped = await list('limit=2&skip=2');
  assert.deepEqual(skipped.body, (await list('limit=2&offset=2')).body);
  const { body, statements } = await list('skip=100');
  assert.deepEqual(body, { ...nothing, count: 8 });
  assert.equal(statements.length, 1);
});

test('an empty list counts nothing', async () => {
  assert.deepEqual((await list('', 'eve')).body, { ...nothing, count: 0 });
});

test('up to 10,000 are counted, and of more it is told that there are more', async () => {
  const { id } = await caller('max');
  const add = (from: number, to: number) =>
    pool.query(
      `insert into plinth.tasks (id, owner_id, title)
       select gen_random_uuid(), $1, 'one of many' from generate_series($2::int, $3::int)`,
      [id, from, to],
    );
  await add(1, 10_000);
  const told = async (query: string) => {
    const { body, statements } = await list(query, 'max');
    assert.equal(statements.length, 1);
    return [body.count, body.count_is_lower_bound];
  };
  assert.deepEqual(await told('limit=1'), [10_000, false]);
  await add(1, 1);
  assert.deepEqual(await told('limit=1'), [10_000, true]);
  assert.deepEqual(await told('limit=1&skip=20000'), [10_000, true]);
  assert.deepEqual(await told('limit=1&completed=true'), [0, false]);
  assert.deepEqual(await told('limit=1&count=false'), [undefined, undefined]);
});

test('filters narrow the rows and the count', async () => {
  const { body } = await list('completed=true');
  assert.deepEqual([titles(body.data), body.count], [['Task 6', 'Task 4', 'Task 2'], 3]);
  assert.equal((await list('completed=false&search=task')).body.count, 4);
  assert.equal((await list('priority=high')).body.count, 1);
  assert.equal((await list('priority=low')).body.count, 0);
});

test('a span of time has its beginning in it, and not its end', async () => {
  const due = '2030-01-02T00:00:00.000Z';
  const later = '2030-01-02T00:00:00.001Z';
  const { body: newest } = await list('limit=1');
  const at = newest.data[0].created_at;
  const cases = [
    [`due_after=${due}`, 1],
    [`due_after=${later}`, 0],
    [`due_before=${due}`, 0],
    [`due_before=${later}`, 1],
    [`due_after=${due}&due_before=${later}`, 1],
    ['due_before=2030-01-02T01:00:00.001%2B01:00', 1],
    [`created_after=${at}&search=100`, 1],
    [`created_before=${at}&search=100`, 0],
    ['created_after=2999-01-01T00:00:00Z', 0],
    ['created_before=2999-01-01T00:00:00Z', 8],
  ] as const;
  for (const [query, count] of cases) assert.equal((await list(query)).body.count, count, query);
});

test('search takes its text literally, in any case, in title and description', async () => {
  for (const text of ['100%', 'a_b', 'b\\c', 'ægir']) {
    const { body } = await list(`search=${encodeURIComponent(text)}`);
    assert.deepEqual(titles(body.data), ['100% of a_b\\c'], text);
  }
  assert.equal((await list('search=__')).body.count, 0);
});

test('items have the same filters', async () => {
  await call('ada', 'POST /api/v1/items/', { title: 'A%B', description: 'kept' });
  await call('ada', 'POST /api/v1/items/', { title: 'other' });
  const count = async (query: string) =>
    (await call('ada', `GET /api/v1/items/?${query}`)).body.count;
  assert.equal(await count('search=a%25b'), 1);
  assert.equal(await count('search=KEPT'), 1);
  assert.equal(await count('created_after=2020-01-01T00:00:00Z'), 2);
  assert.equal(await count('created_before=2020-01-01T00:00:00Z'), 0);
});

const invalid = [
  'limit=0',
  'limit=101',
  'limit=ten',
  'skip=-1',
  'skip=1&offset=1',
  'skip=1&cursor=eHg',
  'cursor=nonsense',
  'cursor=',
  'complete=true',
  'search=',
  'completed=maybe',
  'priority=urgent',
  'sort=description',
  'sort=--title',
  'sort=owner_id',
  'sort=title&sort=-title',
  'created_after=yesterday',
  'created_after=2027-01-01T00:00:00Z&created_before=2026-01-01T00:00:00Z',
  'due_after=2027-01-01T00:00:00Z&due_before=2026-01-01T00:00:00Z',
];

for (const query of invalid) {
  test(`?${query} is refused with a sentence, and no statement`, async () => {
    const answer = await list(query);
    assert.deepEqual([answer.status, answer.body.code], [422, 'invalid']);
    assert.match(answer.body.detail, /\w+ \w+/);
    assert.deepEqual(answer.statements, []);
  });
}

test('a cursor is good for its own query only: same filters, same sort, same caller', async () => {
  await call('bob', 'POST /api/v1/tasks', { title: 'Another of bob' });
  const query = 'limit=1&search=task&completed=false&sort=title';
  const { body } = await list(query);
  const cursor = `cursor=${body.next_cursor}`;
  assert.equal((await list(`${query}&${cursor}`)).status, 200);
  assert.equal(
    (await list(`sort=title&completed=false&${cursor}&search=task&limit=5`)).status,
    200,
  );
  const others = [
    [`limit=1&search=task&completed=true&sort=title&${cursor}`, 'ada'],
    [`limit=1&search=Task&completed=false&sort=title&${cursor}`, 'ada'],
    [`limit=1&completed=false&sort=title&${cursor}`, 'ada'],
    [`${query}&priority=low&${cursor}`, 'ada'],
    [`limit=1&search=task&completed=false&sort=-title&${cursor}`, 'ada'],
    [`limit=1&search=task&completed=false&${cursor}`, 'ada'],
    [`${query}&${cursor}`, 'bob'],
  ] as const;
  for (const [other, as] of others) {
    const answer = await list(other, as);
    assert.deepEqual([answer.status, answer.body.code], [422, 'invalid'], other);
    assert.match(answer.body.detail, /cursor/);
    assert.deepEqual(answer.statements, []);
  }
});

test('a cursor is as good in another process, and after a restart', async () => {
  const { id: userId } = await caller('ada');
  const { body } = await list('limit=3');
  const person: Principal = { ...anonymous, kind: 'user', userId };
  const { database } = await peer();
  const query = { limit: 3, count: false, sort: '-created_at', cursor: body.next_cursor } as const;
  const next = await tasks.list(database.as(person), query);
  assert.deepEqual(titles(next.data as Row[]), ['Task 5', 'Task 4', 'Task 3']);
});

test('the longest title of any script fits into a cursor', async () => {
  for (const title of ['\u{1F600}', '\u{1}', '"', 'ß'].map((one) => one.repeat(255))) {
    const { status } = await call('uli', 'POST /api/v1/tasks', { title });
    assert.equal(status, 201);
  }
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const { status, body } = await list(`sort=title&limit=1${cursor}`, 'uli');
    assert.equal(status, 200, JSON.stringify(body));
    seen.push(...titles(body.data));
    if (!body.next_cursor) break;
    cursor = `&cursor=${body.next_cursor}`;
  }
  assert.deepEqual(seen.map((title) => title.slice(0, 1)).join(''), '\u{1}"ß\ud83d');
});
