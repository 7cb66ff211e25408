/** Organizations and the keys of one: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import { organizationOf } from './organization.fixture.ts';

const here = await harness();
const { call, caller, peer } = here;
const id = await organizationOf(here, { olive: 'owner', mia: 'member' });
const other = await organizationOf(here, { olive: 'owner' });
const at = `/api/v1/organizations/${id}`;
const { id: mia } = await caller('mia');

async function keyOf(as: string, permissions: object, organization_id?: string): Promise<string> {
  const sent = { name: 'Robot', permissions, ...(organization_id && { organization_id }) };
  const { status, body } = await call(as, 'POST /api/v1/api-keys', sent);
  assert.equal(status, 201, JSON.stringify(body));
  return body.key;
}

const reading = { organizations: ['read'], members: ['read'] };
const robot = await keyOf('olive', reading, id);
const all = { organizations: ['read', 'write', 'manage'], members: ['read', 'write'] };
const ownersKey = await keyOf('olive', all);
const membersKey = await keyOf('mia', all);
const superusersKey = await keyOf('root', all);

const cases = [
  ['a key of it reads it', robot, `GET ${at}`, undefined, 200],
  ['and its members', robot, `GET ${at}/members/${mia}`, undefined, 200],
  ['but no other', robot, `GET /api/v1/organizations/${other}`, undefined, 404],
  [
    'nor the members of another',
    robot,
    `GET /api/v1/organizations/${other}/members`,
    undefined,
    404,
  ],
  ['it founds none', robot, 'POST /api/v1/organizations', { name: 'Robots' }, 403],
  ['it changes nothing of it', robot, `PATCH ${at}`, { name: 'Robots' }, 403],
  ['it gives no role', robot, `PATCH ${at}/members/${mia}`, { role: 'admin' }, 403],
  ['it cannot leave', robot, `POST ${at}/leave`, undefined, 403],
  ['nor delete it', robot, `DELETE ${at}`, undefined, 403],
  [
    'a member’s own key gives no role',
    membersKey,
    `PATCH ${at}/members/${mia}`,
    { role: 'owner' },
    403,
  ],
  ['a superuser’s key is a stranger', superusersKey, `GET ${at}`, undefined, 404],
  ['and no manager', superusersKey, `DELETE ${at}/members/${mia}`, undefined, 404],
  [
    'an owner’s own key gives roles',
    ownersKey,
    `PATCH ${at}/members/${mia}`,
    { role: 'admin' },
    200,
  ],
] as const;

for (const [name, key, line, body, status] of cases) {
  test(name, async () => {
    const answer = await call(undefined, line, body, { headers: { 'x-api-key': key } });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    if (status < 300 && line.endsWith(id)) assert.equal(answer.body.role, null);
  });
}

test('a key of it sees it alone in the list', async () => {
  const headers = { 'x-api-key': robot };
  const { body } = await call(undefined, 'GET /api/v1/organizations', undefined, { headers });
  assert.deepEqual([body.count, body.data[0].id, body.data[0].role], [1, id, null]);
});

test('no key of an organization that is deleted is believed, here nor elsewhere', async () => {
  const elsewhere = await peer();
  const headers = { 'x-api-key': robot };
  assert.equal((await call(undefined, `GET ${at}`, undefined, { headers })).status, 200);
  const asked = performance.now();
  assert.equal((await call('olive', `DELETE ${at}`)).status, 204);
  assert.equal((await call(undefined, `GET ${at}`, undefined, { headers })).status, 401);
  await elsewhere.revocations.confirm();
  for (let n = 0; n < 50 && !elsewhere.revocations.changedSince(asked, id); n++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    await elsewhere.revocations.confirm();
  }
  assert.ok(elsewhere.revocations.changedSince(asked, id));
});
