/** The real Better Auth: its own tokens are good here, and what else it signs is not. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { bearer, jwt } from 'better-auth/plugins';
import { harness, password } from '#test/harness.ts';
import { callWith } from '#test/issuer.ts';

const secret = 'a secret of thirty-two characters or more';
const server = createServer();
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
after(() => {
  server.close();
  server.closeAllConnections();
});
const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const tables = { user: [], session: [], account: [], verification: [], jwks: [] };
const letters: string[] = [];
const auth = betterAuth({
  baseURL,
  secret,
  database: memoryAdapter(tables),
  emailAndPassword: { enabled: true },
  emailVerification: {
    sendOnSignUp: true,
    sendVerificationEmail: async ({ token }) => void letters.push(token),
  },
  plugins: [jwt(), bearer()],
  telemetry: { enabled: false },
  logger: { disabled: true },
  rateLimit: { enabled: false },
});
server.on('request', toNodeHandler(auth));

const by = callWith(
  await harness({ env: { BETTER_AUTH_URL: baseURL, BETTER_AUTH_SECRET: secret } }),
);
const ask = async (path: string, init: RequestInit) => {
  const headers = { 'content-type': 'application/json', origin: baseURL, ...init.headers };
  const response = await fetch(`${baseURL}/api/auth/${path}`, { ...init, headers });
  return { headers: response.headers, body: await response.json() };
};
const person = { name: 'Grace', email: 'grace@example.com', password };
const signedUp = await ask('sign-up/email', { method: 'POST', body: JSON.stringify(person) });
const session = signedUp.headers.get('set-auth-token') ?? '';
const { body: issued } = await ask('token', { headers: { authorization: `Bearer ${session}` } });

test('its token is good, and names a user, whose address nobody has confirmed', async () => {
  const { status, body } = await by({ token: issued.token }, 'GET /api/v1/users/me');
  assert.equal(status, 200);
  assert.deepEqual([body.full_name, body.is_verified], [person.name, false]);
  assert.match(body.email, /@external\.invalid$/);
});

test('the path form of tasks takes its user id', async () => {
  const { id } = signedUp.body.user;
  const made = await by({ token: issued.token }, `POST /api/${id}/tasks`, { title: 'Buy ink' });
  assert.deepEqual([made.status, made.body.user_id], [201, id]);
});

test('the link that confirms an address, which it signs with the secret, is no token', async () => {
  const [token = ''] = letters;
  assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal((await by({ token }, 'GET /api/v1/users/me')).status, 401);
});

test('its session token is none of ours, and a key it does not know is refused', async () => {
  assert.equal((await by({ token: session }, 'GET /api/v1/users/me')).status, 401);
  assert.equal((await by({ key: 'x'.repeat(64) }, 'GET /api/v1/tasks')).status, 401);
});
