/** API keys in use: what a program may do with one, and how soon it may no more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed } from '#features/tokens/service.ts';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';

const { app, call, caller, advance, pool, ports } = await harness();
const ada = await caller('ada');
const bob = await caller('bob');
const root = await caller('root');

const read = 'GET /api/v1/tasks';
const write = 'POST /api/v1/tasks';
const task = { title: 'Buy ink' };
const reading = { tasks: ['read'] };

async function makeKey(name: string, permissions: object = reading, more = {}) {
  const sent = { name: 'robot', permissions, ...more };
  const { status, body } = await call(name, 'POST /api/v1/api-keys', sent);
  assert.equal(status, 201, JSON.stringify(body));
  return { key: body.key as string, id: body.id as string, at: `/api/v1/api-keys/${body.id}` };
}

const withKey = (key: string, line = read, body?: unknown) =>
  call(undefined, line, body, { headers: { 'x-api-key': key } });
const statusOf = async (key: string) => (await withKey(key)).status;

/** Changes a user as the administration does: the row, and the word to all processes, in one. */
async function changeUser(id: string, set: string) {
  await pool.query(`update plinth.users set ${set} where id = $1`, [id]);
  await changed(ports.database.as(system), ports, id);
}

const { key } = await makeKey('ada');

test('a key does what it lists, in the name of its owner, and no more', async () => {
  const both = await makeKey('ada', { tasks: ['read', 'write'] });
  const made = await withKey(both.key, write, task);
  assert.deepEqual([made.status, made.body.owner_id], [201, ada.id]);
  const seen = await withKey(key, `GET /api/v1/tasks/${made.body.id}`);
  assert.deepEqual([seen.status, seen.body.title], [200, task.title]);
  const refused = await withKey(key, write, task);
  assert.deepEqual([refused.status, refused.body.detail], [403, 'It needs tasks:write']);
  const elsewhere = await withKey(key, 'GET /api/v1/items/');
  assert.deepEqual([elsewhere.status, elsewhere.body.detail], [403, 'It needs items:read']);
  assert.equal(await statusOf((await makeKey('ada', {})).key), 403);
});

test('what takes a person is not for keys', async () => {
  const lines = [
    'GET /api/v1/auth/sessions',
    'POST /api/v1/auth/logout-all',
    'DELETE /api/v1/auth/sessions',
  ];
  for (const line of lines) {
    assert.deepEqual([line, (await withKey(key, line)).status], [line, 403]);
  }
});

test('a key that is remembered costs no statement', async () => {
  const { key } = await makeKey('ada');
  assert.deepEqual((await withKey(key)).statements, ['api-keys.byDigest', 'tasks.list']);
  assert.deepEqual((await withKey(key)).statements, ['tasks.list']);
  assert.deepEqual((await withKey(key)).statements, ['tasks.list']);
});

test('a key sees no rows but its owner’s, a superuser’s key too', async () => {
  const { body: item } = await call('bob', 'POST /api/v1/items/', { title: 'Of bob' });
  const made = await makeKey('root', { items: ['read', 'write'] });
  const line = `/api/v1/items/${item.id}`;
  assert.equal((await call('root', `GET ${line}`)).status, 200);
  assert.equal((await withKey(made.key, `GET ${line}`)).status, 404);
  assert.equal((await withKey(made.key, `DELETE ${line}`)).status, 404);
  assert.equal((await withKey(made.key, 'GET /api/v1/items/')).body.count, 0);
});

test('a superuser’s key does what only superusers may where it says so', async () => {
  const told = await makeKey('root', { audit: ['manage'] });
  assert.equal((await withKey(told.key, 'GET /api/v1/audit-log')).status, 200);
  const silent = await makeKey('root');
  assert.equal((await withKey(silent.key, 'GET /api/v1/audit-log')).status, 403);
});

test('who is a superuser no more has keys that are an ordinary user’s, at once', async () => {
  const { key } = await makeKey('root', { audit: ['manage'], tasks: ['read'] });
  const log = 'GET /api/v1/audit-log';
  assert.equal((await withKey(key, log)).status, 200);
  await changeUser(root.id, 'is_superuser = false');
  assert.equal((await withKey(key, log)).status, 403);
  assert.equal(await statusOf(key), 200);
  await changeUser(root.id, 'is_superuser = true');
  assert.equal((await withKey(key, log)).status, 200);
});

test('the keys of an account that is switched off are refused, and good again with it', async () => {
  const { key } = await makeKey('bob');
  assert.equal(await statusOf(key), 200);
  await changeUser(bob.id, 'is_active = false');
  assert.equal(await statusOf(key), 401);
  await changeUser(bob.id, 'is_active = true');
  assert.equal(await statusOf(key), 200);
});

test('the keys of a deleted account are gone', async () => {
  const eve = await caller('eve');
  const { key } = await makeKey('eve');
  assert.equal(await statusOf(key), 200);
  await pool.query('delete from plinth.users where id = $1', [eve.id]);
  await changed(ports.database.as(system), ports, eve.id);
  assert.equal(await statusOf(key), 401);
});

test('every change of a key holds from the next request on', async () => {
  const { key, at } = await makeKey('ada');
  assert.equal(await statusOf(key), 200);
  const steps = [
    [{ enabled: false }, 401],
    [{ enabled: true }, 200],
    [{ permissions: { items: ['read'] } }, 403],
    [{ permissions: reading }, 200],
    [{ rate_limit_requests: 1, rate_limit_seconds: 60 }, 429],
    [{ rate_limit_requests: null, rate_limit_seconds: null }, 200],
  ] as const;
  for (const [change, status] of steps) {
    assert.equal((await call('ada', `PATCH ${at}`, change)).status, 200);
    if (status === 429) await withKey(key);
    assert.equal(await statusOf(key), status, JSON.stringify(change));
  }
  assert.equal((await call('ada', `DELETE ${at}`)).status, 204);
  assert.equal(await statusOf(key), 401);
});

test('after the answer to a deletion the key is refused, whoever was using it', async () => {
  const { key, at } = await makeKey('ada');
  const meanwhile = Array.from({ length: 10 }, () => statusOf(key));
  assert.equal((await call('ada', `DELETE ${at}`)).status, 204);
  assert.equal(await statusOf(key), 401);
  for (const status of await Promise.all(meanwhile)) assert.ok([200, 401].includes(status));
  assert.equal(await statusOf(key), 401);
});

test('a key ends when its time is over, remembered or not', async () => {
  const expires_at = new Date(Date.now() + 60_000).toISOString();
  const used = await makeKey('ada', reading, { expires_at });
  const fresh = await makeKey('ada', reading, { expires_at });
  assert.equal(await statusOf(used.key), 200);
  advance(60_001);
  assert.equal(await statusOf(used.key), 401);
  assert.equal(await statusOf(fresh.key), 401);
  await call('ada', `PATCH ${used.at}`, { expires_at: null });
  assert.equal(await statusOf(used.key), 200);
});

test('a key has its own limit, also where nobody else has one, and shares it with no other', async () => {
  const limit = { rate_limit_requests: 2, rate_limit_seconds: 30 };
  const one = await makeKey('ada', reading, limit);
  const other = await makeKey('ada', reading, limit);
  const first = await withKey(one.key);
  assert.equal(first.headers['ratelimit-policy'], '"key";q=2;w=30');
  assert.match(String(first.headers.ratelimit), /^"key";r=1;t=\d+$/);
  assert.equal(await statusOf(one.key), 200);
  const { status, headers, body } = await withKey(one.key);
  assert.deepEqual([status, body.code], [429, 'too_many_requests']);
  assert.match(String(headers['retry-after']), /^\d+$/);
  assert.equal(await statusOf(other.key), 200);
  assert.equal((await call('ada', read)).headers.ratelimit, undefined);
});

test('a key is dead at once, however its id is spelled where it is deleted or switched off', async () => {
  for (const [method, body] of [
    ['DELETE', undefined],
    ['PATCH', { enabled: false }],
  ] as const) {
    const permissions = { tasks: ['read'] };
    const { body: made } = await call('ada', 'POST /api/v1/api-keys', { name: 'x', permissions });
    const read = () =>
      call(undefined, 'GET /api/v1/tasks', undefined, { headers: { 'x-api-key': made.key } });
    assert.equal((await read()).status, 200);
    const changed = await call('ada', `${method} /api/v1/api-keys/${made.id.toUpperCase()}`, body);
    assert.ok(changed.status < 300);
    assert.equal((await read()).status, 401);
  }
});

test('when a key was used last is known once the server has stopped', async () => {
  const { key, id } = await makeKey('ada');
  await withKey(key);
  await withKey(key);
  await app.close();
  const { rows } = await pool.query('select last_used_at from plinth.api_keys where id = $1', [id]);
  const ageMs = ports.clock.now() - new Date(rows[0].last_used_at).getTime();
  assert.ok(ageMs >= 0 && ageMs < 60_000, `${ageMs}`);
});

test('a limit of its own gives a key no more than everybody has', async () => {
  const own = await harness({
    env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_API_KEY_PER_MINUTE: '20' },
  });
  const wide = { rate_limit_requests: 1_000_000, rate_limit_seconds: 1 };
  const { body } = await own.call('ada', 'POST /api/v1/api-keys', {
    name: 'wide',
    permissions: reading,
    ...wide,
  });
  const headers = { 'x-api-key': body.key };
  const answers: number[] = [];
  for (let n = 0; n < 25; n++) {
    answers.push((await own.call(undefined, read, undefined, { headers })).status);
  }
  assert.equal(answers.filter((status) => status === 200).length, 20);
  assert.equal(answers.at(-1), 429);
});
