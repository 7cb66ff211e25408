/** Keys of an organization in use: what a program may do with one, and how long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { organizationOf } from '#features/organizations/organization.fixture.ts';
import { changed } from '#features/tokens/service.ts';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import * as keys from './service.ts';

const here = await harness();
const { call, caller, pool, ports } = here;
const engines = await organizationOf(here, { olga: 'owner', ada: 'admin' });
const looms = await organizationOf(here, { ada: 'owner' });
const everything = { tasks: ['read', 'write'], items: ['read', 'write'] };
const rows = ['/api/v1/tasks', '/api/v1/items/'];

async function makeKey(organization_id = engines, as = 'ada', permissions: object = everything) {
  const sent = { name: 'robot', permissions, organization_id };
  const { status, body } = await call(as, 'POST /api/v1/api-keys', sent);
  assert.equal(status, 201, JSON.stringify(body));
  return { key: body.key as string, id: body.id as string, at: `/api/v1/api-keys/${body.id}` };
}
const withKey = (key: string, line = 'GET /api/v1/tasks', body?: unknown) =>
  call(undefined, line, body, { headers: { 'x-api-key': key } });
const statusOf = async (key: string) => (await withKey(key)).status;
const tell = (id: string) => changed(ports.database.as(system), ports, id);

const { key } = await makeKey();

for (const path of rows) {
  const one = (id: string) => `${path.replace(/\/$/, '')}/${id}`;

  test(`a key reads and writes what is the organization’s, and leaves it so (${path})`, async () => {
    const made = await withKey(key, `POST ${path}`, { title: 'Of the engines' });
    assert.ok(made.status < 300);
    assert.deepEqual([made.body.owner_id, made.body.organization_id], [null, engines]);
    const { body: of } = await call('olga', `POST ${path}`, {
      title: 'Of olga’s making',
      organization_id: engines,
    });
    const changed = await withKey(key, `PATCH ${one(of.id)}`, { title: 'Changed' });
    assert.deepEqual([changed.status, changed.body.title], [200, 'Changed']);
    const { body: listed } = await withKey(key, `GET ${path}`);
    assert.deepEqual(
      listed.data.map(({ id }: { id: string }) => id),
      [of.id, made.body.id],
    );
    assert.ok((await withKey(key, `DELETE ${one(of.id)}`)).status < 300);
  });

  test(`it reaches nothing of who made it, nor of another organization (${path})`, async () => {
    const { body: own } = await call('ada', `POST ${path}`, { title: 'Of ada' });
    const other = await call('ada', `POST ${path}`, { title: 'x', organization_id: looms });
    for (const { id } of [own, other.body]) {
      assert.equal((await withKey(key, `GET ${one(id)}`)).status, 404);
      assert.equal((await withKey(key, `PATCH ${one(id)}`, { title: 'mine' })).status, 404);
      assert.equal((await withKey(key, `DELETE ${one(id)}`)).status, 404);
    }
    const { body } = await withKey(key, `GET ${path}?organization_id=${looms}`);
    assert.deepEqual([body.data, body.count], [[], 0]);
    const into = { title: 'x', organization_id: looms };
    assert.equal((await withKey(key, `POST ${path}`, into)).status, 404);
  });
}

test('it does what it lists, and no more', async () => {
  const { key } = await makeKey(engines, 'ada', { tasks: ['read'] });
  const refused = await withKey(key, 'POST /api/v1/tasks', { title: 'x' });
  assert.deepEqual([refused.status, refused.body.detail], [403, 'It needs tasks:write']);
  assert.equal((await withKey(key, 'GET /api/v1/items/')).status, 403);
});

test('what a role lost means nothing to it: it goes on when who made it is demoted, leaves or is gone', async () => {
  const { id } = await caller('ivy');
  const mills = await organizationOf(here, { ivy: 'admin' });
  const { key } = await makeKey(mills, 'ivy');
  const { body: own } = await call('ivy', 'POST /api/v1/api-keys', {
    name: 'own',
    permissions: everything,
  });
  const steps = [
    "update plinth.members set role = 'member' where user_id = $1",
    'delete from plinth.members where user_id = $1',
    'update plinth.users set is_active = false where id = $1',
    'delete from plinth.users where id = $1',
  ];
  for (const step of steps) {
    await pool.query(step, [id]);
    await tell(id);
    const made = await withKey(key, 'POST /api/v1/tasks', { title: step });
    assert.deepEqual([step, made.status, made.body.organization_id], [step, 201, mills]);
  }
  assert.equal(await statusOf(own.key), 401);
});

test('it does not go with the keys of a person', async () => {
  const { id } = await caller('ada');
  const { key } = await makeKey();
  const { body: own } = await call('ada', 'POST /api/v1/api-keys', {
    name: 'own',
    permissions: everything,
  });
  await ports.database.as(system).transaction((db) => keys.removeAll(db, ports, id));
  assert.deepEqual([await statusOf(own.key), await statusOf(key)], [401, 200]);
});

const ends = [
  ['switched off', (at: string) => call('olga', `PATCH ${at}`, { enabled: false })],
  ['rotated', (at: string) => call('olga', `POST ${at}/rotate`)],
  ['deleted', (at: string) => call('olga', `DELETE ${at}`)],
] as const;
for (const [name, end] of ends) {
  test(`a key that is ${name} is refused at once`, async () => {
    const { key, at } = await makeKey();
    assert.equal(await statusOf(key), 200);
    assert.ok((await end(at)).status < 300);
    assert.equal(await statusOf(key), 401);
  });
}

test('it is refused at once when the organization is gone', async () => {
  const mills = await organizationOf(here, { olga: 'owner' });
  const { key } = await makeKey(mills, 'olga');
  assert.equal(await statusOf(key), 200);
  assert.ok((await call('olga', `DELETE /api/v1/organizations/${mills}`)).status < 300);
  assert.equal(await statusOf(key), 401);
});

test('a token of one of its people beside it is of another caller', async () => {
  const { token } = await caller('ada');
  const headers = { 'x-api-key': key, authorization: `Bearer ${token}` };
  const { status, body } = await call(undefined, 'GET /api/v1/tasks', undefined, { headers });
  assert.deepEqual([status, body.code], [403, 'credentials_disagree']);
});

test('so is a key of another organization’s', async () => {
  const { key: other } = await makeKey(looms);
  assert.equal(await statusOf(other), 200);
  const { body } = await withKey(other, 'POST /api/v1/tasks', { title: 'Of the looms' });
  assert.equal((await withKey(key, `GET /api/v1/tasks/${body.id}`)).status, 404);
});

test('who asks about it is told the organization, and no user', async () => {
  for (const path of ['/api/v1/api-keys/verify', '/api/auth/verify-api-key']) {
    const { body } = await call(undefined, `POST ${path}`, { key });
    const { userId, referenceId, permissions } = body.key;
    assert.deepEqual([body.valid, userId, referenceId], [true, null, engines]);
    assert.deepEqual(permissions, everything);
  }
  const { rows } = await pool.query(
    'select last_used_at from plinth.api_keys where organization_id = $1 and last_used_at is not null',
    [engines],
  );
  assert.ok(rows.length > 0);
});
