/** Leaving an organization, and giving it into other hands: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import { organizationOf } from './organization.fixture.ts';

const here = await harness();
const { call, caller, pool } = here;

const rolesIn = async (id: string): Promise<Record<string, string>> => {
  const { rows } = await pool.query(
    `select split_part(email, '@', 1) as name, role from plinth.members
     join plinth.users on users.id = user_id where organization_id = $1`,
    [id],
  );
  return Object.fromEntries(rows.map(({ name, role }) => [name, role]));
};

const toldIn = async (id: string): Promise<string[]> => {
  const { rows } = await pool.query(
    `select action || ' ' || outcome as told from plinth.audit_log
     where organization_id = $1 order by sequence`,
    [id],
  );
  return rows.map(({ told }) => told);
};

test('who leaves is out from the next request on', async () => {
  const id = await organizationOf(here, { olive: 'owner', adam: 'admin', mia: 'member' });
  for (const name of ['adam', 'mia']) {
    assert.equal((await call(name, `POST /api/v1/organizations/${id}/leave`)).status, 204);
    assert.equal((await call(name, `GET /api/v1/organizations/${id}`)).status, 404);
    assert.equal((await call(name, `POST /api/v1/organizations/${id}/leave`)).status, 404);
  }
  assert.deepEqual(await rolesIn(id), { olive: 'owner' });
  assert.deepEqual(await toldIn(id), ['member.left success', 'member.left success']);
});

test('the last owner stays, however they try to go, and that is told', async () => {
  const id = await organizationOf(here, { ruth: 'owner', mia: 'admin' });
  const { id: ruth } = await caller('ruth');
  const all = `/api/v1/organizations/${id}/members`;
  const member = `${all}/${ruth}`;
  const attempts = [
    ['ruth', `POST /api/v1/organizations/${id}/leave`, undefined],
    ['ruth', `DELETE ${member}`, undefined],
    ['ruth', `DELETE ${all}/${ruth.toUpperCase()}`, undefined],
    ['root', `DELETE ${member}`, undefined],
    ['ruth', `PATCH ${member}`, { role: 'admin' }],
    ['root', `PATCH ${member}`, { role: 'member' }],
    ['ruth', 'DELETE /api/v1/users/me', undefined],
    ['root', `DELETE /api/v1/users/${ruth}`, undefined],
    ['root', 'POST /api/v1/users/bulk', { action: 'delete', ids: [ruth] }],
  ] as const;
  for (const [as, line, body] of attempts) {
    const answer = await call(as, line, body);
    assert.deepEqual([answer.status, answer.body.code], [409, 'last_owner'], `${as} ${line}`);
  }
  assert.deepEqual(await rolesIn(id), { ruth: 'owner', mia: 'admin' });
  const told = new Set(await toldIn(id));
  assert.deepEqual(
    [...told],
    ['member.left failure', 'member.removed failure', 'member.role_changed failure'],
  );
});

test('an account that goes leaves its organizations, each of which is told', async () => {
  const people = { olive: 'owner', gone: 'owner', left: 'admin' } as const;
  const [one, other] = [await organizationOf(here, people), await organizationOf(here, people)];
  const { id: left } = await caller('left');
  assert.equal((await call('gone', 'DELETE /api/v1/users/me')).status, 200);
  assert.equal((await call('root', `DELETE /api/v1/users/${left}`)).status, 200);
  for (const id of [one, other]) {
    assert.deepEqual(await rolesIn(id), { olive: 'owner' });
    assert.deepEqual(await toldIn(id), ['member.left success', 'member.removed success']);
  }
});

test('of many accounts all go or none, if an organization lost its owners with them', async () => {
  const id = await organizationOf(here, { pia: 'owner', quinn: 'owner', mia: 'admin' });
  const ids = await Promise.all(['pia', 'quinn'].map(async (name) => (await caller(name)).id));
  const gone = await call('root', 'POST /api/v1/users/bulk', { action: 'delete', ids });
  assert.deepEqual([gone.status, gone.body.code], [409, 'last_owner']);
  assert.equal(Object.keys(await rolesIn(id)).length, 3);
  const [pia] = ids;
  const one = await call('root', 'POST /api/v1/users/bulk', { action: 'delete', ids: [pia] });
  assert.deepEqual([one.status, one.body], [200, { changed: 1 }]);
});

test('the owner puts a member in their place, and stays as an admin', async () => {
  const id = await organizationOf(here, { vera: 'owner', adam: 'admin', mia: 'member' });
  const line = `POST /api/v1/organizations/${id}/transfer`;
  const idOf = async (name: string) => (await caller(name)).id;
  const [vera, adam, mia, bob] = [
    await idOf('vera'),
    await idOf('adam'),
    await idOf('mia'),
    await idOf('bob'),
  ];
  const refused = [
    ['bob', { user_id: bob }, 404, 'organization_not_found'],
    ['mia', { user_id: mia }, 403, 'role_too_low'],
    ['adam', { user_id: adam }, 403, 'role_too_low'],
    ['vera', { user_id: bob }, 404, 'member_not_found'],
    ['vera', { user_id: mia, role: 'owner' }, 422, 'invalid'],
    ['vera', {}, 422, 'invalid'],
  ] as const;
  for (const [as, body, status, code] of refused) {
    const answer = await call(as, line, body);
    assert.deepEqual([answer.status, answer.body.code], [status, code], `${as}`);
  }
  const toOneself = await call('vera', line, { user_id: vera.toUpperCase() });
  assert.deepEqual([toOneself.status, toOneself.body.role], [200, 'owner']);
  const given = await call('vera', line, { user_id: mia });
  assert.deepEqual([given.status, given.body.role], [200, 'admin']);
  assert.deepEqual(await rolesIn(id), { vera: 'admin', adam: 'admin', mia: 'owner' });
  assert.equal((await call('vera', line, { user_id: adam })).status, 403);
  assert.equal((await call('root', line, { user_id: adam })).status, 200);
  assert.deepEqual(await rolesIn(id), { vera: 'admin', adam: 'owner', mia: 'owner' });
  const transferred = 'ownership.transferred success';
  assert.deepEqual(await toldIn(id), [transferred, transferred]);
});

test('a transfer whose session ended meanwhile changes nothing', async () => {
  const id = await organizationOf(here, { wanda: 'owner', mia: 'member' });
  const [wanda, mia] = [await caller('wanda'), await caller('mia')];
  await pool.query('update plinth.sessions set ended_at = now() where id = $1', [wanda.session_id]);
  const attempts = [
    [`POST /api/v1/organizations/${id}/transfer`, { user_id: mia.id }],
    [`PATCH /api/v1/organizations/${id}/members/${mia.id}`, { role: 'owner' }],
  ] as const;
  for (const [line, body] of attempts) {
    const { status, statements } = await call(wanda, line, body);
    assert.deepEqual([status, statements.at(-1)], [401, 'sessions.actor']);
  }
  assert.deepEqual(await rolesIn(id), { wanda: 'owner', mia: 'member' });
});
