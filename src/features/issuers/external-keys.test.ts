/** API keys of Better Auth: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import { callWith, inSeconds, json, signingKey, startIssuer } from '#test/issuer.ts';
import { keyIdOf } from './external-keys.ts';

const verify = 'POST /api/auth/verify-api-key';
const ed = await signingKey('ed');
const betterAuth = await startIssuer();
betterAuth.answer('GET /api/auth/jwks', json({ keys: [ed.jwk] }));
const house = await harness({ env: { BETTER_AUTH_URL: betterAuth.url } });
const { pool, advance } = house;
const by = callWith(house);
const good = {
  id: 'key-1',
  name: 'CI',
  userId: 'owner',
  enabled: true,
  permissions: { tasks: ['read', 'write'], users: ['manage'] },
};
const list = 'GET /api/v1/tasks';
let made = 0;
/** A key nobody has seen, and what Better Auth says of it. */
function fresh(key: object | null, more: object = {}) {
  betterAuth.asked.length = 0;
  betterAuth.answer(verify, json({ valid: key !== null, error: null, key, ...more }));
  made += 1;
  return `ba_${made}${'x'.repeat(60)}`;
}

test('a key that is good does what it lists, for the user its owner is', async () => {
  const key = fresh(good);
  const created = await by({ key }, 'POST /api/v1/tasks', { title: 'Buy ink' });
  assert.equal(created.status, 201);
  assert.deepEqual(JSON.parse(betterAuth.bodies.at(-1) ?? ''), { key });
  const token = await ed.sign({
    sub: 'owner',
    iss: betterAuth.url,
    aud: betterAuth.url,
    exp: inSeconds(600),
  });
  assert.equal((await by({ token }, list)).body.data[0].id, created.body.id);
  assert.equal((await by({ key }, 'GET /api/owner/tasks')).body.count, 1);
  assert.equal((await by({ key }, 'GET /api/another/tasks')).status, 403);
});

test('it is asked about once in a minute, and costs no statement meanwhile', async () => {
  const key = fresh(good);
  const answers = await Promise.all([1, 2, 3, 4].map(() => by({ key }, list)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  assert.deepEqual((await by({ key }, list)).statements, ['tasks.list']);
  assert.equal(betterAuth.asked.length, 1);
  advance(60_000);
  assert.equal((await by({ key }, list)).status, 200);
  assert.equal(betterAuth.asked.length, 2);
});

const permissions: [string, unknown, number][] = [
  ['read and write', { tasks: ['read', 'write'] }, 200],
  ['something else', { items: ['read'] }, 403],
  ['nothing', {}, 403],
  ['null', null, 403],
  ['not said', undefined, 403],
  ['everything in one word', '*', 403],
  ['a list', ['tasks:read'], 403],
  ['an action that is no list', { tasks: 'read' }, 403],
];

for (const [name, listed, status] of permissions) {
  test(`a key may do what it lists and no more: ${name}`, async () => {
    assert.equal((await by({ key: fresh({ ...good, permissions: listed }) }, list)).status, status);
  });
}

test('a key is no person, and never a superuser', async () => {
  const key = fresh({ ...good, permissions: { issuers: ['read'] } });
  assert.equal((await by({ key }, 'GET /api/v1/issuers')).status, 403);
  assert.equal((await by({ key }, 'GET /api/v1/users/me')).status, 403);
});

test('newer versions call the owner by another name', async () => {
  const { userId: _, ...rest } = good;
  const key = fresh({ ...rest, referenceId: 'owner' });
  assert.equal((await by({ key }, 'GET /api/owner/tasks')).status, 200);
});

const past = new Date(Date.now() - 1_000).toISOString();
const refused: [string, object | null][] = [
  ['one that is not valid', null],
  ['one that is switched off', { ...good, enabled: false }],
  ['one that has expired', { ...good, expiresAt: past }],
  ['one that expires at no time', { ...good, expiresAt: 'soon' }],
  ['one without an owner', { ...good, userId: null }],
  ['one whose owner is no subject', { ...good, userId: 'a\0b' }],
  ['one without an id', { ...good, id: undefined }],
];

for (const [name, verdict] of refused) {
  test(`is refused: ${name}`, async () => {
    const answer = await by({ key: fresh(verdict) }, list);
    assert.deepEqual([answer.status, answer.statements], [401, []]);
  });
}

for (const status of [400, 401, 403, 404, 422]) {
  test(`${status} says no, and is no failure`, async () => {
    const key = fresh(null);
    betterAuth.answer(verify, json({ message: 'no' }, status));
    assert.equal((await by({ key }, list)).status, 401);
    const { body } = await house.call('root', 'GET /api/v1/issuers');
    assert.equal(body.data.at(-1).reachable, true);
  });
}

test('no is remembered for ten seconds', async () => {
  const key = fresh(null);
  for (const _ of [1, 2, 3]) assert.equal((await by({ key }, list)).status, 401);
  assert.equal(betterAuth.asked.length, 1);
  betterAuth.answer(verify, json({ valid: true, key: good }));
  advance(10_000);
  assert.equal((await by({ key }, list)).status, 200);
});

test('a key that expires is not remembered for longer', async () => {
  const { body } = await by({ key: fresh(good) }, 'GET /api/owner/tasks');
  assert.ok(body.data);
  const expiresAt = new Date(house.ports.clock.now() + 5_000).toISOString();
  const key = fresh({ ...good, expiresAt });
  assert.equal((await by({ key }, list)).status, 200);
  advance(5_000);
  assert.equal((await by({ key }, list)).status, 401);
});

const unsent = ['plk_', `plk_${'x'.repeat(48)}`, 'short', 'x'.repeat(513), 'with space '.repeat(3)];
for (const key of unsent) {
  test(`is never sent to another server: ${key.slice(0, 12)}…`, async () => {
    fresh(good);
    assert.equal((await by({ key }, list)).status, 401);
    assert.deepEqual(betterAuth.asked, []);
  });
}

test('what a key does is written down under an id of its own', async () => {
  const id = keyIdOf('https://a.example.com', 'key-1');
  assert.match(id, /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.equal(id, keyIdOf('https://a.example.com', 'key-1'));
  assert.notEqual(id, keyIdOf('https://b.example.com', 'key-1'));
  const { rows } = await pool.query('select $1::uuid::text as id', [id]);
  assert.equal(rows[0].id, id);
});

test('while nobody can tell, it is said so, and after three failures at once', async () => {
  fresh(null);
  betterAuth.answer(
    verify,
    (_request, response) => void response.writeHead(502).end('<h1>Bad</h1>'),
  );
  const answers = [];
  for (const n of [1, 2, 3, 4, 5])
    answers.push(await by({ key: `other${n}${'x'.repeat(60)}` }, list));
  for (const { status, body, headers } of answers) {
    assert.deepEqual([status, body.code, headers['retry-after']], [503, 'unavailable', '10']);
    assert.doesNotMatch(JSON.stringify({ ...body, request_id: '' }), /127\.0\.0\.1|502|Bad/);
  }
  assert.equal(betterAuth.asked.length, 3);
  const { body } = await house.call('root', 'GET /api/v1/issuers');
  assert.deepEqual([body.data.at(-1).reachable, body.data.at(-1).circuit], [false, 'open']);
  assert.equal(body.data[0].circuit, 'closed', 'its keys are another line');
});
