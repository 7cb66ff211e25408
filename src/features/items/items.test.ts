/** Items: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';

const { call } = await harness();
const { body: first } = await call('ada', 'POST /api/v1/items/', { title: 'First' });
const at = `/api/v1/items/${first.id}`;

const cases = [
  ['nobody is asked to sign in', undefined, 'GET /api/v1/items/', undefined, 401],
  ['the owner reads it', 'ada', `GET ${at}`, undefined, 200],
  ['a stranger cannot tell it is there', 'bob', `GET ${at}`, undefined, 404],
  ['a superuser reads it', 'root', `GET ${at}`, undefined, 200],
  ['an id that is none is invalid', 'ada', 'GET /api/v1/items/nope', undefined, 422],
  ['an unknown field is refused', 'ada', 'POST /api/v1/items/', { title: 'x', size: 1 }, 422],
  ['an empty change is invalid', 'ada', `PATCH ${at}`, {}, 422],
  ['the owner changes it', 'ada', `PATCH ${at}`, { title: 'Second' }, 200],
  ['the owner changes it by PUT', 'ada', `PUT ${at}`, { description: 'a letter' }, 200],
  ['a superuser changes it', 'root', `PATCH ${at}`, { description: null }, 200],
  ['a stranger cannot change it', 'bob', `PATCH ${at}`, { title: 'mine' }, 404],
  ['a stranger cannot delete it', 'bob', `DELETE ${at}`, undefined, 404],
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

test('a list is one statement and counts only what the caller may see', async () => {
  await call('bob', 'POST /api/v1/items/', { title: 'Of bob' });
  const { body, statements } = await call('ada', 'GET /api/v1/items/?limit=1');
  assert.deepEqual([body.count, body.data.length, statements.length], [1, 1, 1]);
  assert.equal((await call('root', 'GET /api/v1/items/')).body.count, 2);
});

test('deleting ends it', async () => {
  assert.equal((await call('ada', `DELETE ${at}`)).status, 200);
  assert.equal((await call('ada', `GET ${at}`)).status, 404);
});
