/** Tokens of other issuers: the promises to who has a good one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hs, inSeconds, trustingHouse } from '#test/issuer.ts';

const { call, caller, by, whoAmI, ed, es, rs, other, secret, iss, claims } = await trustingHouse();
const elsewhere = 'https://id.example.com';
const { aud: _aud, ...audienceless } = claims;
const { iss: _iss, ...nameless } = audienceless;

const accepted: [string, Promise<string>][] = [
  ['EdDSA', ed.sign(claims)],
  ['ES256', es.sign(claims)],
  ['RS256', rs.sign(claims)],
  ['an address that ends with a slash', ed.sign({ ...claims, iss: `${iss}/`, aud: `${iss}/` })],
  ['one of several audiences', ed.sign({ ...claims, aud: ['them', iss] })],
  ['typ JWT', ed.sign(claims, { typ: 'JWT' })],
  ['typ at+jwt', ed.sign(claims, { typ: 'at+jwt' })],
  ['no kid, where one key fits', ed.sign(claims, { kid: undefined })],
  ['HS256 with the secret', hs(nameless)],
  ['HS256 that names its issuer', hs(claims)],
  ['another issuer', other.sign({ ...claims, iss: elsewhere, aud: 'plinth' })],
  ['an issuer with fewer algorithms', es.sign({ ...audienceless, iss: 'urn:strict' })],
  [
    'a token for us, of an issuer without an audience',
    es.sign({ ...claims, iss: 'urn:strict', aud: 'https://plinth.example.com' }),
  ],
];

for (const [name, token] of accepted) {
  test(`is good: ${name}`, async () => assert.equal((await whoAmI(await token)).status, 200));
}

test('the clock of an issuer may be some seconds behind', async () => {
  const token = await ed.sign({ ...claims, exp: inSeconds(-2) });
  assert.equal((await whoAmI(token)).status, 200);
});

test('a token is verified and its user read once; after that it costs no statement', async () => {
  const token = await ed.sign({ ...claims, jti: 'once' });
  assert.deepEqual((await whoAmI(token)).statements, ['issuers.userOf', 'users.byId']);
  assert.deepEqual((await whoAmI(token)).statements, ['users.byId']);
});

test('what else a token claims gives nobody more', async () => {
  const more = { role: 'admin', is_superuser: true, su: true, permissions: ['issuers:read'] };
  const token = await ed.sign({ ...claims, ...more });
  assert.equal((await whoAmI(token)).body.is_superuser, false);
  assert.equal((await by({ token }, 'GET /api/v1/issuers')).status, 403);
});

test('the path form of tasks knows them as their token does, by keys and by the secret', async () => {
  for (const token of [
    await ed.sign({ ...claims, sub: 'tasker' }),
    await hs({ ...nameless, sub: 'tasker' }),
  ]) {
    const made = await by({ token }, 'POST /api/tasker/tasks', { title: 'Buy ink' });
    assert.deepEqual([made.status, made.body.user_id], [201, 'tasker']);
    assert.notEqual(made.body.owner_id, 'tasker');
    const foreign = await by({ token }, 'GET /api/somebody/tasks');
    assert.deepEqual([foreign.status, foreign.body.code], [403, 'not_your_tasks']);
    assert.equal((await by({ token }, `GET /api/${made.body.owner_id}/tasks`)).status, 403);
  }
  const token = await ed.sign({ ...claims, sub: 'tasker' });
  assert.equal((await by({ token }, 'GET /api/tasker/tasks')).body.count, 2);
});

test('the id of a user here, as a subject there, is somebody else', async () => {
  const { id } = await caller('ada');
  const token = await ed.sign({ ...claims, sub: id });
  const made = await by({ token }, `POST /api/${id}/tasks`, { title: 'Mine' });
  assert.equal(made.status, 201);
  assert.notEqual(made.body.owner_id, id);
  assert.equal((await call('ada', 'GET /api/v1/tasks')).body.count, 0);
});

test('a superuser sees each issuer and how it is; nobody else does', async () => {
  const { body, status } = await call('root', 'GET /api/v1/issuers');
  assert.equal(status, 200);
  const [first, further, strict, shared, keys] = body.data;
  const { keys_fetched_at, ...known } = first;
  assert.deepEqual(known, {
    issuer: iss,
    kind: 'jwks',
    reachable: true,
    circuit: 'closed',
    keys: 3,
  });
  assert.match(keys_fetched_at, /Z$/);
  assert.deepEqual([further.issuer, further.keys, strict.issuer], [elsewhere, 1, 'urn:strict']);
  assert.deepEqual([shared.kind, shared.reachable, shared.circuit], ['secret', null, null]);
  assert.deepEqual([keys.kind, keys.reachable, keys.circuit], ['api_keys', null, 'closed']);
  assert.doesNotMatch(JSON.stringify(body), new RegExp(secret));
  assert.equal((await call('ada', 'GET /api/v1/issuers')).status, 403);
});
