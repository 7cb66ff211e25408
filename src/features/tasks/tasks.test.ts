/** Tasks: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';

const { call, caller } = await harness();
const { body: ink } = await call('ada', 'POST /api/v1/tasks', { title: 'Buy ink' });
const at = `/api/v1/tasks/${ink.id}`;
const full = {
  title: 'Write',
  description: 'a letter',
  completed: true,
  due_at: '2027-01-01T00:00:00.000Z',
  priority: 'high',
};

const cases = [
  ['nobody is asked to sign in', undefined, 'GET /api/v1/tasks', undefined, 401],
  ['the owner reads it', 'ada', `GET ${at}`, undefined, 200],
  ['a stranger cannot tell it is there', 'bob', `GET ${at}`, undefined, 404],
  ['a superuser reads it', 'root', `GET ${at}`, undefined, 200],
  ['an id that is none is invalid', 'ada', 'GET /api/v1/tasks/nope', undefined, 422],
  ['an unknown id is not there', 'ada', `GET ${at.slice(0, -4)}0000`, undefined, 404],
  ['an empty title is invalid', 'ada', 'POST /api/v1/tasks', { title: '' }, 422],
  ['a title of 256 is invalid', 'ada', 'POST /api/v1/tasks', { title: 'x'.repeat(256) }, 422],
  ['a number is no title', 'ada', 'POST /api/v1/tasks', { title: 7 }, 422],
  ['an unknown field is refused', 'ada', 'POST /api/v1/tasks', { title: 'x', done: true }, 422],
  ['nobody sets the owner', 'ada', `PATCH ${at}`, { owner_id: ink.owner_id }, 422],
  [
    'a day that never comes is invalid',
    'ada',
    `PATCH ${at}`,
    { due_at: '2026-02-31T00:00:00Z' },
    422,
  ],
  [
    'a year of five digits is invalid',
    'ada',
    `PATCH ${at}`,
    { due_at: '9999-12-31T23:59:59-01:00' },
    422,
  ],
  [
    'a year before Christ is invalid',
    'ada',
    `PATCH ${at}`,
    { due_at: '0001-01-01T00:00:00+10:00' },
    422,
  ],
  ['an empty change is invalid', 'ada', `PATCH ${at}`, {}, 422],
  ['the owner changes it', 'ada', `PATCH ${at}`, { title: 'Buy red ink' }, 200],
  ['the owner replaces it', 'ada', `PUT ${at}`, full, 200],
  ['a stranger cannot change it', 'bob', `PATCH ${at}`, { title: 'mine' }, 404],
  ['a stranger cannot replace it', 'bob', `PUT ${at}`, { title: 'mine' }, 404],
  ['a stranger cannot complete it', 'bob', `PATCH ${at}/complete`, undefined, 404],
  ['a stranger cannot delete it', 'bob', `DELETE ${at}`, undefined, 404],
  ['a slash at the end is the same route', 'ada', `GET ${at}/`, undefined, 200],
] as const;

for (const [name, as, line, body, status] of cases) {
  test(name, async () => {
    const answer = await call(as, line, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    // Who is refused a change costs one more: whether they may see it at all.
    assert.ok(answer.statements.length <= (status < 400 ? 1 : 2), `${answer.statements}`);
    if (status >= 400) assert.match(answer.body.detail, /\w/);
  });
}

test('what was put is what is kept, and nothing else', async () => {
  const { body: kept } = await call('ada', `GET ${at}`);
  assert.deepEqual(kept, { ...ink, ...full, updated_at: kept.updated_at });
  const { body: blank } = await call('ada', `PUT ${at}`, { title: 'Blank' });
  assert.deepEqual(
    [blank.description, blank.completed, blank.due_at, blank.priority],
    [null, false, null, null],
  );
});

test('completing twice opens it again, and moves updated_at', async () => {
  const first = await call('ada', `PATCH ${at}/complete`);
  const second = await call('ada', `PATCH ${at}/complete`);
  assert.deepEqual([first.body.completed, second.body.completed], [true, false]);
  assert.ok(second.body.updated_at >= first.body.updated_at);
});

test('times are ISO 8601 in UTC with milliseconds', () => {
  assert.match(ink.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('a deleted task is gone', async () => {
  const { body } = await call('eve', 'POST /api/v1/tasks', { title: 'Gone' });
  const gone = `/api/v1/tasks/${body.id}`;
  const answer = await call('eve', `DELETE ${gone}`);
  assert.deepEqual([answer.status, answer.body], [204, '']);
  assert.equal((await call('eve', `GET ${gone}`)).status, 404);
  assert.equal((await call('eve', `DELETE ${gone}`)).status, 404);
});

test('where the path names the user, it must be the caller, and the answer names them', async () => {
  const { id } = await caller('zoe');
  const path = `/api/${id}/tasks`;
  const made = await call('zoe', `POST ${path}`, { title: 'Read' });
  assert.deepEqual([made.status, made.body.user_id, made.body.owner_id], [201, id, id]);
  const one = `${path}/${made.body.id}`;
  assert.equal((await call('zoe', `GET ${one}`)).body.user_id, id);
  assert.equal((await call('zoe', `PUT ${one}`, { title: 'Read on' })).body.title, 'Read on');
  assert.equal((await call('zoe', `PATCH ${one}/complete`)).body.completed, true);
  const { body: page } = await call('zoe', `GET ${path}`);
  assert.deepEqual([page.count, page.data[0].user_id], [1, id]);

  for (const line of [`GET ${path}`, `GET ${one}`, `PATCH ${one}/complete`, `DELETE ${one}`]) {
    const refused = await call('bob', line);
    assert.deepEqual([refused.status, refused.body.code], [403, 'not_your_tasks'], line);
    assert.equal(refused.statements.length, 0);
  }
  assert.equal((await call(undefined, `GET ${path}`)).status, 401);
  assert.equal((await call('zoe', `DELETE ${one}`)).status, 204);
});
