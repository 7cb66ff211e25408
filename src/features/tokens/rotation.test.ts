/** Key rotation: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { system } from '#kernel/principal.ts';
import { enqueue } from '#platform/queue/enqueue.ts';
import { harness } from '#test/harness.ts';
import { rotate } from './jobs.ts';
import { keyringId } from './model.ts';
import { replaceKeys, rotateKeys } from './service.ts';

const { call, signIn, ports, peer: openPeer, pool, runJobs } = await harness();
const peer = await openPeer();
const db = ports.database.as(system);

const kidOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
const published = async () =>
  (await call(undefined, 'GET /.well-known/jwks.json')).body.keys.map(
    ({ kid }: { kid: string }) => kid,
  );
const alive = async (token: string) =>
  (
    await call(undefined, 'GET /api/v1/users/me', undefined, {
      headers: { authorization: `Bearer ${token}` },
    })
  ).status === 200;
/** As if the keys were older by so much. */
async function pass(minutes: number) {
  await pool.query(
    `update plinth.signing_keys set signs_from = signs_from - $1 * interval '1 minute',
       retired_at = retired_at - $1 * interval '1 minute'`,
    [minutes],
  );
  ports.revocations.add([keyringId]); // nobody was told of what was moved by hand
  peer.revocations.add([keyringId]);
}
/** Until a peer has heard of what it was told without notifications. */
const heard = () => sleep(700);

test('a new key is published an hour before it signs, and peers know it', async () => {
  const before = await signIn('ada');
  const next = await rotateKeys(db, ports);
  assert.deepEqual(await published(), [kidOf(before.token), next]);
  await heard();
  const { keys } = await peer.tokens.jwks();
  assert.deepEqual(
    keys.map(({ kid }) => kid),
    [kidOf(before.token), next],
  );
  assert.equal(kidOf((await signIn('ada')).token), kidOf(before.token));
});

test('of many that rotate at once, one does', async () => {
  await pass(61);
  const rotated = await Promise.all([1, 2, 3, 4].map((n) => rotateKeys(db, n % 2 ? ports : peer)));
  assert.equal(rotated.filter(Boolean).length, 1);
});

test('the old key verifies while tokens of it may be about, and is gone after that', async () => {
  const before = await signIn('ada');
  await pass(61);
  const after = await signIn('ada');
  assert.notEqual(kidOf(after.token), kidOf(before.token));
  await rotateKeys(db, ports);
  assert.ok((await published()).includes(kidOf(before.token)));
  await pass(21);
  await rotateKeys(db, ports);
  assert.ok(!(await published()).includes(kidOf(before.token)));
});

test('what is not due is not rotated', async () => {
  assert.equal(await rotateKeys(db, ports, 90), undefined);
});

test('keys that became known are replaced: tokens of them die here and at peers, sessions live', async () => {
  const before = await signIn('bob');
  assert.equal(await alive(before.token), true);
  await heard();
  assert.ok(await peer.tokens.verify(before.token));
  const kid = await replaceKeys(db, ports);
  assert.deepEqual(await published(), [kid]);
  assert.equal(await alive(before.token), false);
  await heard();
  assert.equal(await peer.tokens.verify(before.token), undefined);
  const { refresh_token } = before;
  const { status, body } = await call(undefined, 'POST /api/v1/auth/refresh', { refresh_token });
  assert.equal(status, 200);
  assert.equal(await alive(body.access_token), true);
});

test('rotations are told in the audit log', async () => {
  const { body } = await call('root', 'GET /api/v1/audit-log?limit=100');
  const actions = body.data.map(({ action }: { action: string }) => action);
  assert.ok(actions.includes('signing_key.rotated'));
  assert.ok(actions.includes('signing_key.replaced'));
});

test('a verifier that knows only our address finds the keys, and verifies by them', async () => {
  const { body } = await call(undefined, 'GET /.well-known/openid-configuration');
  assert.equal(new URL(body.jwks_uri).pathname, '/.well-known/jwks.json');
  const { body: jwks } = await call(undefined, `GET ${new URL(body.jwks_uri).pathname}`);
  const { token, id } = await signIn('ada');
  const options = { issuer: body.issuer, algorithms: body.id_token_signing_alg_values_supported };
  assert.equal((await jwtVerify(token, createLocalJWKSet(jwks), options)).payload.sub, id);
  const { body: same } = await call(undefined, 'GET /.well-known/oauth-authorization-server');
  assert.deepEqual(same, body);
});

test('a server gives a key that has served its time a successor, by itself', async () => {
  await pass(1);
  const before = await published();
  const rotating = async () => {
    await enqueue(db, rotate, {});
    await runJobs();
    await heard();
  };
  await rotating();
  assert.deepEqual(await published(), before, 'none is due');
  await pass(91 * 24 * 60);
  await rotating();
  assert.equal((await published()).length, before.length + 1);
});
