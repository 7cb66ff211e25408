/** Tokens: the promises, and the attacks of RFC 8725. */
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { openKeyring } from './keyring.ts';

const { call, caller, ports, advance, pool } = await harness();
const { token, id: userId } = await caller('ada');
const [head = '', body = '', signature = ''] = token.split('.');
const header = decode(head);
const claims = decode(body);

function decode(part: string) {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const { body: jwks } = await call(undefined, 'GET /.well-known/jwks.json');
const [publicKey] = jwks.keys;

const as = (bearer: string) =>
  call(undefined, 'GET /api/v1/users/me', undefined, {
    headers: { authorization: `Bearer ${bearer}` },
  });

const { privateKey: anotherKey } = await generateKeyPair('EdDSA');
const signedByAnother = await new SignJWT(claims).setProtectedHeader(header).sign(anotherKey);
const hmac = (secret: string | Buffer) => {
  const input = `${encode({ ...header, alg: 'HS256' })}.${body}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
};
const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;

const withItsOwnKey = await signedWithItsOwnKey();

async function signedWithItsOwnKey() {
  const pair = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  return new SignJWT(claims).setProtectedHeader({ ...header, jwk }).sign(pair.privateKey);
}

/** Signed with our own key, as a mistake of ours would be. */
async function ours(change: object, protectedHeader: object = {}) {
  const settings = ports.settings as unknown as { SECRET_KEY: string };
  const keyring = await openKeyring(ports.database.as(system), settings.SECRET_KEY, 'EdDSA');
  const payload = JSON.parse(JSON.stringify({ ...claims, ...change }));
  return new SignJWT(payload)
    .setProtectedHeader({ ...header, ...protectedHeader })
    .sign(keyring.signerAt(Date.now()).key);
}

test('a token has the header and the claims that were promised', () => {
  assert.deepEqual(header, { alg: 'EdDSA', kid: publicKey.kid, typ: 'at+jwt' });
  const { iss, aud, sub, sid, jti, iat, exp, ...rest } = claims;
  assert.deepEqual([iss, aud, sub, exp - iat, rest], ['plinth', 'plinth', userId, 900, {}]);
  assert.match(sid, /^[\da-f-]{36}$/);
  assert.match(jti, /^[\da-f-]{36}$/);
});

test('anybody can verify it by the published keys, which hold nothing private', async () => {
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), { issuer: 'plinth' });
  assert.equal(payload.sub, userId);
  assert.deepEqual(Object.keys(publicKey).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  assert.deepEqual((await call(undefined, 'GET /api/auth/jwks')).body, jwks);
});

test('the private key lies sealed in the database', async () => {
  const { rows } = await pool.query('select sealed_jwk from plinth.signing_keys');
  assert.equal(rows.length, 1);
  assert.doesNotMatch(Buffer.from(rows[0].sealed_jwk, 'base64url').toString('latin1'), /kty|OKP/);
});

const forged = [
  ['no token', ''],
  ['a word', 'nonsense'],
  ['alg none', `${encode({ ...header, alg: 'none' })}.${body}.`],
  ['alg None with a signature', `${encode({ ...header, alg: 'None' })}.${body}.${signature}`],
  ['no signature', `${head}.${body}.`],
  ['another signature', `${head}.${body}.${flipped}`],
  ['another subject', `${head}.${encode({ ...claims, sub: randomUUID() })}.${signature}`],
  ['a superuser by wish', `${head}.${encode({ ...claims, su: true })}.${signature}`],
  ['the public key as an HMAC secret', hmac(JSON.stringify(publicKey))],
  ['the raw public key as an HMAC secret', hmac(Buffer.from(publicKey.x, 'base64url'))],
  ['an empty HMAC secret', hmac('')],
  ['our kid, another key', signedByAnother],
  ['a key of its own in the header', withItsOwnKey],
  [
    'an unknown critical header',
    `${encode({ ...header, crit: ['x'], x: 1 })}.${body}.${signature}`,
  ],
  ['a token of a megabyte', 'x'.repeat(1_000_000)],
] as const;

for (const [name, bearer] of forged) {
  test(`${name} is no credential`, async () => {
    const answer = await as(bearer);
    assert.deepEqual([answer.status, answer.body.code], [401, 'unauthenticated']);
    assert.deepEqual(answer.statements, []);
  });
}

const mistaken: readonly [string, object, object?][] = [
  ['without a subject', { sub: undefined }],
  ['with an empty subject', { sub: '' }],
  ['whose subject is no id', { sub: 'ada' }],
  ['without a session', { sid: undefined }],
  ['without an end', { exp: undefined }],
  ['of another issuer', { iss: 'https://elsewhere.example' }],
  ['for another audience', { aud: 'another' }],
  ['of another type', {}, { typ: 'JWT' }],
  ['that is not yet valid', { nbf: claims.iat + 3600 }],
  ['that may live longer than any does now', { iat: claims.iat - 1800, exp: claims.exp + 3600 }],
];

for (const [name, change, protectedHeader] of mistaken) {
  test(`a token ${name} is no credential, though we signed it`, async () => {
    assert.equal((await as(await ours(change, protectedHeader))).status, 401);
  });
}

test('our own signature on the right claims is one', async () => {
  assert.equal((await as(await ours({}))).status, 200);
});

test('a superuser of the token is a superuser', async () => {
  const root = await caller('root');
  assert.equal((await as(root.token)).body.is_superuser, true);
  assert.equal(decode(root.token.split('.')[1] ?? '').su, true);
});

test('the scheme may be written in any case, and another scheme is none', async () => {
  const header = (authorization: string) =>
    call(undefined, 'GET /api/v1/users/me', undefined, { headers: { authorization } });
  assert.equal((await header(`bearer ${token}`)).status, 200);
  assert.equal((await header(`Basic ${token}`)).status, 401);
  assert.equal((await header(token)).status, 401);
});

test('a token that was verified before ends when it says, and is not kept alive by being used', async () => {
  assert.equal((await as(token)).status, 200);
  advance(905_000);
  const answer = await as(token);
  assert.equal(answer.status, 401);
  assert.match(String(answer.headers['www-authenticate']), /error="invalid_token"/);
  assert.equal((await as(token)).status, 401);
});
