/** API keys, as their owner makes and changes them: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';

const { call, advance, pool } = await harness();
const list = 'GET /api/v1/api-keys';
const make = 'POST /api/v1/api-keys';
const plain = { name: 'robot', permissions: { tasks: ['read'] } };
const created = (await call('ada', make, plain)).body;
const at = `/api/v1/api-keys/${created.id}`;

const withKey = (key: string, line = 'GET /api/v1/tasks', body?: unknown) =>
  call(undefined, line, body, { headers: { 'x-api-key': key } });
const auditOf = async (id: string) =>
  (
    await pool.query(
      'select * from plinth.audit_log where target_id = $1 order by created_at, id',
      [id],
    )
  ).rows;

const past = '2020-01-01T00:00:00Z';
const halfLimit = { rate_limit_requests: 5 };
const cases = [
  ['nobody is asked to sign in', undefined, list, undefined, 401],
  ['the owner reads it', 'ada', `GET ${at}`, undefined, 200],
  ['a stranger cannot tell it is there', 'bob', `GET ${at}`, undefined, 404],
  ['a superuser reads it', 'root', `GET ${at}`, undefined, 200],
  ['a stranger cannot change it', 'bob', `PATCH ${at}`, { name: 'mine' }, 404],
  ['a stranger cannot rotate it', 'bob', `POST ${at}/rotate`, undefined, 404],
  ['a stranger cannot delete it', 'bob', `DELETE ${at}`, undefined, 404],
  ['a name is needed', 'ada', make, { ...plain, name: '' }, 422],
  ['a name has an end', 'ada', make, { ...plain, name: 'x'.repeat(256) }, 422],
  ['permissions are needed', 'ada', make, { name: 'x' }, 422],
  ['an unknown field is refused', 'ada', make, { ...plain, owner_id: created.id }, 422],
  ['an unknown action is refused', 'ada', make, { ...plain, permissions: { tasks: ['own'] } }, 422],
  ['an action twice is refused', 'ada', make, permitting('read', 'read'), 422],
  ['no action is refused', 'ada', make, permitting(), 422],
  ['a resource has a form', 'ada', make, { ...plain, permissions: { 'tasks:read': [] } }, 422],
  ['a time past is refused', 'ada', make, { ...plain, expires_at: past }, 422],
  ['a leap second is no time', 'ada', make, expiring('2999-12-31T23:59:60Z'), 422],
  ['half a limit is refused', 'ada', make, { ...plain, ...halfLimit }, 422],
  ['half a limit is no change', 'ada', `PATCH ${at}`, halfLimit, 422],
  ['nor with a null', 'ada', `PATCH ${at}`, { ...halfLimit, rate_limit_seconds: null }, 422],
  ['a limit has bounds', 'ada', make, limited(1_000_001, 60), 422],
  ['and is not nothing', 'ada', make, limited(0, 60), 422],
  ['an empty change is invalid', 'ada', `PATCH ${at}`, {}, 422],
  ['a change to a time past is refused', 'ada', `PATCH ${at}`, { expires_at: past }, 422],
  ['the owner takes the limit away', 'ada', `PATCH ${at}`, noLimit(), 200],
] as const;

function permitting(...tasks: string[]) {
  return { ...plain, permissions: { tasks } };
}
function expiring(expires_at: string) {
  return { ...plain, expires_at };
}
function limited(rate_limit_requests: number, rate_limit_seconds: number) {
  return { ...plain, rate_limit_requests, rate_limit_seconds };
}
function noLimit() {
  return { rate_limit_requests: null, rate_limit_seconds: null };
}

for (const [name, as, line, body, status] of cases) {
  test(name, async () => {
    const answer = await call(as, line, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    if (status === 422) assert.deepEqual(answer.statements, []);
    if (status >= 400) assert.match(answer.body.detail, /\w/);
  });
}

test('a key is shown where it is made, and nowhere after', async () => {
  const { key, ...shown } = created;
  assert.match(key, /^plk_[\w-]{48}$/);
  assert.equal(shown.prefix, key.slice(0, 10));
  const read = await call('ada', `GET ${at}`);
  assert.deepEqual(Object.keys(read.body).sort(), Object.keys(shown).sort());
  const listed = await call('ada', list);
  for (const { body } of [read, listed]) {
    assert.ok(!JSON.stringify(body).includes(key));
    assert.ok(!JSON.stringify(body).includes('digest'));
  }
});

test('the key itself is nowhere in the database', async () => {
  const { key, prefix } = created;
  for (const table of ['api_keys', 'audit_log']) {
    const { rows } = await pool.query(`select t::text as row from plinth.${table} t`);
    assert.ok(rows.length > 0);
    for (const { row } of rows) assert.ok(!row.includes(key.slice(prefix.length)), row);
  }
});

test('reading is one statement, and changing asks first whether who asks may still', async () => {
  assert.deepEqual((await call('ada', `GET ${at}`)).statements, ['api-keys.get']);
  assert.deepEqual((await call('ada', list)).statements, ['api-keys.list']);
  const changed = await call('ada', `PATCH ${at}`, { name: 'droid' });
  const asked = ['api-keys.holdOwner', 'sessions.actor'];
  assert.deepEqual(changed.statements, [
    'api-keys.get',
    ...asked,
    'api-keys.update',
    'tokens.note',
    'audit.insert',
  ]);
  const made = await call('ada', make, plain);
  assert.deepEqual(made.statements, [...asked, 'api-keys.create', 'audit.insert']);
});

test('a list has only the keys of the caller', async () => {
  await call('cy', make, { ...plain, name: 'of cy' });
  const { body } = await call('cy', list);
  assert.deepEqual([body.count, body.data[0].name], [1, 'of cy']);
});

test('everything that is chosen is kept', async () => {
  const sent = {
    name: 'Röbot 🤖',
    permissions: { tasks: ['read', 'write'], items: ['read'] },
    expires_at: '2999-01-01T01:00:00+01:00',
    rate_limit_requests: 10,
    rate_limit_seconds: 60,
  };
  const { status, body } = await call('ada', make, sent);
  const { id, owner_id, organization_id, created_at, updated_at, key, prefix, ...kept } = body;
  assert.equal(status, 201);
  const expires_at = '2999-01-01T00:00:00.000Z';
  assert.deepEqual(kept, { ...sent, expires_at, enabled: true, last_used_at: null });
  const { body: changed } = await call('ada', `PATCH /api/v1/api-keys/${id}`, {
    expires_at: null,
    permissions: {},
    enabled: false,
  });
  assert.deepEqual([changed.expires_at, changed.permissions, changed.enabled], [null, {}, false]);
  assert.deepEqual([changed.name, changed.rate_limit_requests], [sent.name, 10]);
});

test('a key is refused what its owner may not do, by name', async () => {
  const permissions = { tasks: ['read', 'manage'], users: ['manage'], nonsense: ['read'] };
  const before = (await call('ada', list)).body.count;
  for (const line of [make, `PATCH ${at}`]) {
    const { status, body } = await call('ada', line, { name: 'x', permissions });
    assert.deepEqual([status, body.code], [403, 'permission_too_wide']);
    assert.match(body.detail, /not tasks:manage, users:manage, nonsense:read$/);
  }
  assert.equal((await call('ada', list)).body.count, before);
  const permitted = { name: 'x', permissions: { users: ['manage'] } };
  assert.equal((await call('root', make, permitted)).status, 201);
});

test('what happens to a key is written down, without its secret', async () => {
  const { body } = await call('ada', make, plain);
  const one = `/api/v1/api-keys/${body.id}`;
  await call('ada', `PATCH ${one}`, { name: 'y', enabled: false });
  await call('ada', `POST ${one}/rotate`);
  await call('bob', `DELETE ${one}`);
  await call('ada', `DELETE ${one}`);
  const entries = await auditOf(body.id);
  assert.deepEqual(
    entries.map(({ action, actor_id, detail }) => [action, actor_id, detail]),
    [
      ['api_key.created', body.owner_id, { permissions: plain.permissions }],
      ['api_key.updated', body.owner_id, { fields: ['name', 'enabled'] }],
      ['api_key.rotated', body.owner_id, null],
      ['api_key.deleted', body.owner_id, null],
    ],
  );
});

test('a key makes, reads and changes no keys, whatever it lists', async () => {
  const { body } = await call('root', make, {
    name: 'x',
    permissions: { 'api-keys': ['read', 'write', 'manage'] },
  });
  const one = `/api/v1/api-keys/${body.id}`;
  const lines = [list, `GET ${one}`, `DELETE ${one}`, `POST ${one}/rotate`];
  const sent = [make, `PATCH ${one}`];
  for (const line of [...lines, ...sent]) {
    const answer = await withKey(body.key, line, sent.includes(line) ? plain : undefined);
    assert.deepEqual([line, answer.status, answer.body.code], [line, 403, 'forbidden']);
  }
});

test('a time to come may be near, by the clock of the server', async () => {
  const soon = () => new Date(Date.now() + 60_000).toISOString();
  assert.equal((await call('ada', make, expiring(soon()))).status, 201);
  advance(61_000);
  assert.equal((await call('ada', make, expiring(soon()))).status, 422);
});
