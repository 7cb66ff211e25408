/** Keys of an organization, as its people make and change them: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { organizationOf } from '#features/organizations/organization.fixture.ts';
import { newId } from '#kernel/id.ts';
import { harness } from '#test/harness.ts';

const here = await harness();
const { call, caller, pool } = here;
const list = 'GET /api/v1/api-keys';
const make = 'POST /api/v1/api-keys';
const plain = { name: 'robot', permissions: { tasks: ['read'] } };

const engines = await organizationOf(here, { olga: 'owner', ada: 'admin', mel: 'member' });
await organizationOf(here, { luke: 'owner' });
const of = (organization_id: string, more = {}) => ({ ...plain, organization_id, ...more });
const created = (await call('ada', make, of(engines))).body;
const at = `/api/v1/api-keys/${created.id}`;
const keysOf = async (organization_id: string) =>
  (await pool.query('select * from plinth.api_keys where organization_id = $1', [organization_id]))
    .rows;

const cases = [
  ['nobody is asked to sign in', undefined, make, of(engines), 401],
  ['an owner makes one', 'olga', make, of(engines), 201],
  ['an admin makes one', 'ada', make, of(engines), 201],
  ['a superuser makes one', 'root', make, of(engines), 201],
  ['a member makes none', 'mel', make, of(engines), 403],
  ['a stranger cannot tell the organization is there', 'luke', make, of(engines), 404],
  ['what is no organization has none', 'ada', make, of(newId()), 404],
  ['nor for a superuser', 'root', make, of(newId()), 404],
  ['an owner reads it', 'olga', `GET ${at}`, undefined, 200],
  ['an admin reads it', 'ada', `GET ${at}`, undefined, 200],
  ['a superuser reads it', 'root', `GET ${at}`, undefined, 200],
  ['a member cannot tell it is there', 'mel', `GET ${at}`, undefined, 404],
  ['nor can a stranger', 'luke', `GET ${at}`, undefined, 404],
  ['an owner changes it', 'olga', `PATCH ${at}`, { name: 'droid' }, 200],
  ['a superuser changes it', 'root', `PATCH ${at}`, { name: 'droid' }, 200],
  ['a member cannot change it', 'mel', `PATCH ${at}`, { name: 'mine' }, 404],
  ['a stranger cannot change it', 'luke', `PATCH ${at}`, { name: 'mine' }, 404],
  ['a member cannot rotate it', 'mel', `POST ${at}/rotate`, undefined, 404],
  ['a stranger cannot rotate it', 'luke', `POST ${at}/rotate`, undefined, 404],
  ['a member cannot delete it', 'mel', `DELETE ${at}`, undefined, 404],
  ['a stranger cannot delete it', 'luke', `DELETE ${at}`, undefined, 404],
  ['it stays where it is', 'ada', `PATCH ${at}`, { organization_id: null }, 422],
  ['nobody sets an owner beside it', 'ada', make, of(engines, { owner_id: newId() }), 422],
  ['an organization has an id', 'ada', make, of('engines'), 422],
] as const;

for (const [name, as, line, body, status] of cases) {
  test(name, async () => {
    const before = await keysOf(engines);
    const answer = await call(as, line, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    if (status === 201) {
      assert.deepEqual([answer.body.organization_id, answer.body.owner_id], [engines, null]);
    }
    if (status === 403) assert.equal(answer.body.code, 'role_too_low');
    if (status >= 400) assert.deepEqual(await keysOf(engines), before);
  });
}

test('the keys of an organization are listed where it is named, and one’s own where none is', async () => {
  const { body: own } = await call('ada', make, plain);
  const idsOf = async (as: string, query = '') =>
    (await call(as, `${list}${query}`)).body.data.map(({ id }: { id: string }) => id);
  const named = `?organization_id=${engines}`;
  const all = (await keysOf(engines)).map(({ id }) => id).sort();
  for (const as of ['ada', 'olga', 'root']) assert.deepEqual((await idsOf(as, named)).sort(), all);
  assert.deepEqual(await idsOf('ada'), [own.id]);
  for (const as of ['mel', 'luke']) {
    const { body } = await call(as, `${list}${named}`);
    assert.deepEqual([body.data, body.count], [[], 0]);
  }
});

const beyond = {
  organizations: ['manage'],
  members: ['read', 'write'],
  invitations: ['read', 'write'],
  'api-keys': ['read', 'write'],
  profile: ['read'],
  users: ['manage'],
  nonsense: ['read'],
  tasks: ['read', 'write'],
};
const named =
  /organizations:manage, .*members:write, .*invitations:write, api-keys:read, api-keys:write, profile:read, users:manage, nonsense:read$/;

test('a key of an organization is refused what none may, by name, whoever makes it', async () => {
  for (const as of ['olga', 'ada', 'root']) {
    for (const [line, body] of [
      [make, of(engines, { permissions: beyond })],
      [`PATCH ${at}`, { permissions: beyond }],
    ] as const) {
      const answer = await call(as, line, body);
      assert.deepEqual([answer.status, answer.body.code], [403, 'permission_too_wide']);
      assert.match(answer.body.detail, named);
    }
  }
});

test('what happens to it is told in the log of the organization', async () => {
  const { body } = await call('ada', make, of(engines));
  const one = `/api/v1/api-keys/${body.id}`;
  await call('olga', `PATCH ${one}`, { enabled: false });
  await call('root', `POST ${one}/rotate`);
  await call('ada', `DELETE ${one}`);
  const { rows } = await pool.query(
    `select action, organization_id, actor_id from plinth.audit_log where target_id = $1
     order by sequence`,
    [body.id],
  );
  const [ada, olga, root] = [await caller('ada'), await caller('olga'), await caller('root')];
  assert.deepEqual(
    rows.map(({ action, organization_id, actor_id }) => [action, organization_id, actor_id]),
    [
      ['api_key.created', engines, ada.id],
      ['api_key.updated', engines, olga.id],
      ['api_key.rotated', engines, root.id],
      ['api_key.deleted', engines, ada.id],
    ],
  );
});
