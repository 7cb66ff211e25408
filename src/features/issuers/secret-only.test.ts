/** A secret and nothing else: the promises where nobody said who holds it, and where nobody is trusted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import { callWith, hs, inSeconds } from '#test/issuer.ts';
import { issuersOf } from './service.ts';

const secret = 'another secret of thirty-two characters or more';
const PUBLIC_URL = 'https://plinth.example.com';
const elsewhere = { issuer: 'urn:elsewhere', jwks_url: 'http://127.0.0.1:9/jwks' };
const house = await harness({
  env: { JWT_SECRET: secret, PUBLIC_URL, TRUSTED_ISSUERS: JSON.stringify([elsewhere]) },
});
const alone = await harness();
const claims = { sub: 'person', exp: inSeconds(600) };
const tasksOf = async (more: object, by = callWith(house)) =>
  by({ token: await hs({ ...claims, ...more }, {}, secret) }, 'GET /api/person/tasks');

const cases: [string, object, number][] = [
  ['no issuer', {}, 200],
  ['whatever it calls itself', { iss: 'https://app.example.com' }, 200],
  ['an audience that is us', { aud: PUBLIC_URL }, 200],
  ['an audience that is somebody else', { aud: 'another-client' }, 401],
  ['our own name', { iss: PUBLIC_URL }, 401],
  ['our own name with a slash', { iss: `${PUBLIC_URL}/` }, 401],
  ['the name of one who signs with keys', { iss: elsewhere.issuer }, 401],
  ['the name under which its people are kept', { iss: 'urn:plinth:shared-secret' }, 401],
  ['no subject but an e-mail', { sub: undefined, email: 'ada@example.com' }, 401],
];

for (const [name, more, status] of cases) {
  test(`a token signed with the secret: ${name}`, async () => {
    assert.equal((await tasksOf(more)).status, status);
  });
}

test('whatever it calls itself, its people are the same', async () => {
  const by = callWith(house);
  const whoIs = async (more: object) => {
    const token = await hs({ ...claims, ...more }, {}, secret);
    return (await by({ token }, 'GET /api/v1/users/me')).body.id;
  };
  assert.equal(await whoIs({}), await whoIs({ iss: 'https://app.example.com' }));
});

test('while the issuer of a token is away and no key of it is known, it is said so', async () => {
  const head = Buffer.from('{"alg":"EdDSA","kid":"x"}').toString('base64url');
  const body = Buffer.from(JSON.stringify({ ...claims, iss: elsewhere.issuer })).toString(
    'base64url',
  );
  const by = callWith(house);
  const answer = await by({ token: `${head}.${body}.AAAA` }, 'GET /api/v1/tasks');
  assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '10']);
  const beside = await house.call('ada', 'GET /api/v1/tasks');
  assert.equal(beside.status, 200, 'nobody else minds');
});

test('where nobody is trusted, nothing is there', async () => {
  assert.deepEqual(issuersOf(alone.ports).authenticators, []);
  assert.equal((await tasksOf({}, callWith(alone))).status, 401);
  assert.deepEqual((await alone.call('root', 'GET /api/v1/issuers')).body.data, []);
});
