/** Members: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { organizationOf } from '#features/organizations/organization.fixture.ts';
import { harness } from '#test/harness.ts';

const here = await harness();
const { call, caller, actionsOn } = here;
const people = {
  olive: 'owner',
  otto: 'owner',
  adam: 'admin',
  anna: 'admin',
  mia: 'member',
  max: 'member',
} as const;
const id = await organizationOf(here, people);
const other = await organizationOf(here, { bob: 'owner' });
const all = `/api/v1/organizations/${id}/members`;
const of = async (name: string) => `${all}/${(await caller(name)).id}`;
const [olive, adam, anna, mia, bob] = await Promise.all(
  ['olive', 'adam', 'anna', 'mia', 'bob'].map(of),
);

const cases = [
  ['nobody is asked to sign in', undefined, `GET ${all}`, undefined, 401],
  ['a member sees the members', 'mia', `GET ${all}`, undefined, 200],
  ['and each of them', 'mia', `GET ${olive}`, undefined, 200],
  ['a superuser sees them', 'root', `GET ${all}`, undefined, 200],
  ['a stranger cannot tell there are some', 'bob', `GET ${all}`, undefined, 404],
  ['nor one', 'bob', `GET ${mia}`, undefined, 404],
  ['who is no member is not there', 'olive', `GET ${bob}`, undefined, 404],
  ['a stranger gives no role', 'bob', `PATCH ${mia}`, { role: 'admin' }, 404],
  ['nor removes anybody', 'bob', `DELETE ${mia}`, undefined, 404],
  ['a member gives no role', 'mia', `PATCH ${adam}`, { role: 'member' }, 403],
  ['nor themself', 'mia', `PATCH ${mia}`, { role: 'owner' }, 403],
  ['a member removes nobody', 'mia', `DELETE ${adam}`, undefined, 403],
  ['an admin makes no owner', 'adam', `PATCH ${mia}`, { role: 'owner' }, 403],
  ['nor themself one', 'adam', `PATCH ${adam}`, { role: 'owner' }, 403],
  ['an admin unmakes no owner', 'adam', `PATCH ${olive}`, { role: 'member' }, 403],
  ['an admin removes no owner', 'adam', `DELETE ${olive}`, undefined, 403],
  ['an admin gives no role to who is no member', 'adam', `PATCH ${bob}`, { role: 'admin' }, 404],
  ['nor removes them', 'adam', `DELETE ${bob}`, undefined, 404],
  ['an admin makes an admin', 'adam', `PATCH ${mia}`, { role: 'admin' }, 200],
  ['and a member', 'adam', `PATCH ${anna}`, { role: 'member' }, 200],
  ['an owner makes an owner', 'olive', `PATCH ${adam}`, { role: 'owner' }, 200],
  ['and unmakes one', 'olive', `PATCH ${adam}`, { role: 'admin' }, 200],
  ['a superuser gives roles', 'root', `PATCH ${mia}`, { role: 'member' }, 200],
  ['a role that is none is invalid', 'olive', `PATCH ${mia}`, { role: 'king' }, 422],
  ['so is one that looks alike', 'olive', `PATCH ${mia}`, { role: 'оwner' }, 422],
  ['and none at all', 'olive', `PATCH ${mia}`, {}, 422],
  ['an unknown field is refused', 'olive', `PATCH ${mia}`, { role: 'admin', user_id: id }, 422],
  ['a member is not moved', 'olive', `PATCH ${mia}`, { organization_id: other }, 422],
] as const;

for (const [name, as, line, body, status] of cases) {
  test(name, async () => {
    const answer = await call(as, line, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    if (as === 'bob') assert.equal(answer.body.code, 'organization_not_found');
    if (status === 403) assert.equal(answer.body.code, 'role_too_low');
    if (body && status === 200) assert.equal(answer.body.role, body.role);
  });
}

test('a list is one statement and says who they are', async () => {
  const { body, statements } = await call('mia', `GET ${all}?limit=2`);
  assert.deepEqual([body.count, body.data.length, statements.length], [6, 2, 1]);
  assert.deepEqual(Object.keys(body.data[0]).sort(), [
    'created_at',
    'email',
    'full_name',
    'role',
    'user_id',
  ]);
  const { body: next } = await call('mia', `GET ${all}?limit=4&cursor=${body.next_cursor}`);
  const emails = [...body.data, ...next.data].map(({ email }) => email.split('@')[0]);
  assert.deepEqual(emails.toSorted(), Object.keys(people).toSorted());
  const past = await call('mia', `GET ${all}?skip=50`);
  assert.deepEqual([past.status, past.body.data, past.body.count], [200, [], 6]);
});

test('reading one is one statement', async () => {
  const { body, statements } = await call('mia', `GET ${olive}`);
  assert.deepEqual([body.role, body.email, statements.length], ['owner', 'olive@example.com', 1]);
});

test('a role acts from the next request on', async () => {
  const task = { title: 'Ink', organization_id: id };
  const { body } = await call('olive', 'POST /api/v1/tasks', task);
  const at = `/api/v1/tasks/${body.id}`;
  const changes = [
    ['member', 403],
    ['admin', 200],
    ['member', 403],
  ] as const;
  for (const [role, status] of changes) {
    assert.equal((await call('olive', `PATCH ${mia}`, { role })).status, 200);
    assert.equal((await call('mia', `PATCH ${at}`, { title: role })).status, status);
  }
  assert.equal((await call('olive', `DELETE ${mia}`)).status, 204);
  assert.equal((await call('mia', `GET ${at}`)).status, 404);
});

test('who removes themself leaves, whatever their role', async () => {
  const { id: max } = await caller('max');
  assert.equal((await call('max', `DELETE ${all}/${max.toUpperCase()}`)).status, 204);
  assert.equal((await call('max', `GET ${all}`)).status, 404);
  assert.deepEqual(await actionsOn(max), ['member.left success']);
});

test('each change is told once, and what changes nothing is not', async () => {
  const { id: anna_id } = await caller('anna');
  const before = await actionsOn(anna_id);
  assert.equal((await call('olive', `PATCH ${anna}`, { role: 'member' })).status, 200);
  assert.deepEqual(await actionsOn(anna_id), before);
  assert.equal((await call('olive', `DELETE ${anna}`)).status, 204);
  assert.deepEqual(await actionsOn(anna_id), [...before, 'member.removed success']);
});
