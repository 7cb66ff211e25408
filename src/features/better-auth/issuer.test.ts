/** Being an issuer: a service that knows our address alone believes our tokens and API keys, or not. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { harness } from '#test/harness.ts';
import { callWith, signingKey } from '#test/issuer.ts';

const issuer = 'https://id.example.com';
const audience = 'shop';
const house = await harness({ env: { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } });
await house.app.listen({ host: '127.0.0.1', port: 0 });
const urlOf = (address: unknown) => `http://127.0.0.1:${(address as AddressInfo).port}`;
const url = urlOf(house.app.server.address());

/** As such a service is written: a token is verified here, a key is asked about there. */
const keys = createRemoteJWKSet(new URL(`${url}/api/auth/jwks`));
const ofToken = async (token: string) =>
  (await jwtVerify(token, keys, { issuer, audience })).payload.sub;
async function ofKey(key: string) {
  const answer = await fetch(`${url}/api/auth/verify-api-key`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
  const verdict = await answer.json();
  return verdict.valid ? verdict.key.userId : undefined;
}
async function whoIs({ authorization, 'x-api-key': key }: IncomingHttpHeaders) {
  if (typeof key === 'string') return ofKey(key);
  return ofToken(authorization?.replace('Bearer ', '') ?? '').catch(() => undefined);
}
const shop = createServer(async (request, response) => {
  const user_id = await whoIs(request.headers);
  response.writeHead(user_id ? 200 : 401).end(user_id);
});
await new Promise<void>((listening) => shop.listen(0, '127.0.0.1', listening));
after(() => shop.close());

async function visit(headers: Record<string, string>) {
  const answer = await fetch(urlOf(shop.address()), { headers });
  return [answer.status, await answer.text()] as const;
}
const withToken = (token: string) => visit({ authorization: `Bearer ${token}` });

test('an access token is believed, whichever way its session was opened', async () => {
  const { id, token } = await house.signIn('ada');
  assert.deepEqual(await withToken(token), [200, id]);
  const { body } = await house.call(undefined, 'POST /api/auth/signup', {
    email: 'guest@example.com',
    password: 'Quiet-rivers-41',
  });
  const exchanged = await callWith(house)({ token: body.token }, 'GET /api/auth/token');
  assert.deepEqual(await withToken(exchanged.body.token), [200, body.user.id]);
});

test('a session token, a forged token and none are not', async () => {
  const { body } = await house.call(undefined, 'POST /api/auth/signup', {
    email: 'other@example.com',
    password: 'Quiet-rivers-41',
  });
  const forger = await signingKey('ed');
  const forged = await forger.sign({ sub: body.user.id, iss: issuer, aud: audience });
  for (const token of [body.token, forged, '']) {
    assert.deepEqual(await withToken(token), [401, ''], token);
  }
});

test('an API key is believed until it is deleted', async () => {
  const { id } = await house.caller('ada');
  const { body } = await house.call('ada', 'POST /api/v1/api-keys', {
    name: 'till',
    permissions: { tasks: ['read'] },
  });
  assert.deepEqual(await visit({ 'x-api-key': body.key }), [200, id]);
  await house.call('ada', `DELETE /api/v1/api-keys/${body.id}`);
  assert.deepEqual(await visit({ 'x-api-key': body.key }), [401, '']);
});
