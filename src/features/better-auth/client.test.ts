/** Better Auth's own client, on a server that listens: the promises. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createAuthClient } from 'better-auth/client';
import { jwtClient } from 'better-auth/client/plugins';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { harness } from '#test/harness.ts';

const { app, ports, call } = await harness({
  env: { JWT_ISSUER: 'https://id.example.com', CORS_ORIGINS: 'https://app.example.com' },
});
await app.listen({ host: '127.0.0.1', port: 0 });
const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

const email = 'client@example.com';
const password = 'correct horse battery 9';
const better = 'another horse battery 9';

/** The client as an application sets it up that keeps the token itself. */
function device() {
  const held = { token: '' };
  const client = createAuthClient({
    baseURL: url,
    plugins: [jwtClient()],
    fetchOptions: {
      auth: { type: 'Bearer', token: () => held.token },
      onSuccess({ response }) {
        held.token = response.headers.get('set-auth-token') ?? held.token;
      },
    },
  });
  return { held, client };
}

const phone = device();
const laptop = device();
const whoAmI = (token: string) =>
  call(undefined, 'GET /api/v1/users/me', undefined, {
    headers: { authorization: `Bearer ${token}` },
  });

/** What the client gives, where there is no error. */
function given<Data>({ data, error }: { data: Data; error: unknown }) {
  assert.equal(error, null);
  return data as NonNullable<Data>;
}

test('signing up signs in, and the token is in the header too', async () => {
  const { user, token } = given(
    await phone.client.signUp.email({ email, password, name: 'Ada', callbackURL: '/welcome' }),
  );
  assert.deepEqual(
    [user.email, user.name, user.image, user.emailVerified, user.createdAt instanceof Date],
    [email, 'Ada', null, false, true],
  );
  assert.equal(token, phone.held.token);
  assert.equal((await whoAmI(phone.held.token)).body.id, user.id);
});

test('a page of another origin may read the token in the header', async () => {
  const { headers } = await fetch(`${url}/api/auth/get-session`, {
    headers: { origin: 'https://app.example.com' },
  });
  assert.match(headers.get('access-control-expose-headers') ?? '', /\bset-auth-token\b/);
});

test('an e-mail that is taken is an error with the code the client knows', async () => {
  const { error } = await device().client.signUp.email({ email, password, name: 'Eve' });
  assert.equal(error?.status, 422);
  assert.equal(error?.code, 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL');
});

test('a wrong password is an error with the code the client knows', async () => {
  const { error } = await laptop.client.signIn.email({ email, password: 'wrong' });
  assert.equal(error?.status, 401);
  assert.equal(error?.code, 'INVALID_EMAIL_OR_PASSWORD');
  assert.equal(error?.message, 'Invalid email or password');
  assert.equal(laptop.held.token, '');
});

test('signing in on another device makes another session', async () => {
  const signedIn = given(
    await laptop.client.signIn.email({ email, password, rememberMe: true, callbackURL: '/home' }),
  );
  assert.deepEqual([signedIn.redirect, signedIn.token], [false, laptop.held.token]);
  assert.notEqual(laptop.held.token, phone.held.token);
});

test('the session is read with its account, and without a secret', async () => {
  const { session, user } = given(await laptop.client.getSession());
  assert.deepEqual([user.email, session.userId], [email, user.id]);
  assert.ok(session.expiresAt > new Date());
  assert.ok(session.updatedAt instanceof Date);
  assert.equal(session.ipAddress, '127.0.0.1');
  assert.equal(session.token, session.id);
});

test('the session token is exchanged for an access token that others verify by our keys', async () => {
  const { token } = given(await laptop.client.token());
  const keys = createRemoteJWKSet(new URL(`${url}/api/auth/jwks`));
  const expected = { issuer: 'https://id.example.com', audience: 'plinth', typ: 'at+jwt' };
  const { payload } = await jwtVerify(token, keys, expected);
  const { session, user } = given(await laptop.client.getSession());
  assert.deepEqual([payload.sub, payload.sid], [user.id, session.id]);
  assert.equal((await whoAmI(token)).status, 200);
  const published = given(await laptop.client.jwks());
  assert.deepEqual(published, await ports.tokens.jwks());
});

test('an access token is not exchanged for another', async () => {
  const { token } = given(await laptop.client.token());
  const { error } = await laptop.client.token({
    fetchOptions: { auth: { type: 'Bearer', token } },
  });
  assert.deepEqual([error?.status, error?.code], [403, 'SESSION_TOKEN_NEEDED']);
});

test('one session is ended by its name in the list, and dies at once', async () => {
  const tablet = device();
  given(await tablet.client.signIn.email({ email, password }));
  const { token: access } = given(await tablet.client.token());
  const listed = given(await phone.client.listSessions());
  assert.equal(listed.length, 3);
  const held = [phone, laptop, tablet].map(({ held }) => held.token);
  assert.ok(listed.every(({ token }) => !held.includes(token)));
  const [newest] = listed;
  given(await phone.client.revokeSession({ token: newest?.token ?? '' }));
  assert.equal((await whoAmI(tablet.held.token)).status, 401);
  assert.equal((await whoAmI(access)).status, 401);
  assert.equal((await tablet.client.getSession()).data, null);
  assert.equal(given(await phone.client.listSessions()).length, 2);
});

test('one may end the session whose token one holds', async () => {
  const tablet = device();
  given(await tablet.client.signIn.email({ email, password }));
  given(await tablet.client.revokeSession({ token: tablet.held.token }));
  assert.equal((await whoAmI(tablet.held.token)).status, 401);
});

test('all other sessions are ended', async () => {
  const tablet = device();
  given(await tablet.client.signIn.email({ email, password }));
  given(await laptop.client.revokeOtherSessions());
  assert.deepEqual((await tablet.client.getSession()).data, null);
  assert.deepEqual((await phone.client.getSession()).data, null);
  assert.equal(given(await laptop.client.listSessions()).length, 1);
});

test('the name is changed', async () => {
  given(await laptop.client.updateUser({ name: 'Ada Lovelace', image: null }));
  assert.equal(given(await laptop.client.getSession()).user.name, 'Ada Lovelace');
});

test('the password is changed: others are signed out, this one goes on', async () => {
  given(await phone.client.signIn.email({ email, password }));
  const wrong = await laptop.client.changePassword({
    currentPassword: 'wrong',
    newPassword: better,
  });
  assert.deepEqual([wrong.error?.status, wrong.error?.code], [400, 'INVALID_PASSWORD']);
  const { user } = given(
    await laptop.client.changePassword({
      currentPassword: password,
      newPassword: better,
      revokeOtherSessions: true,
    }),
  );
  assert.equal(user.email, email);
  assert.equal((await whoAmI(phone.held.token)).status, 401);
  assert.equal((await whoAmI(laptop.held.token)).status, 200);
  given(await phone.client.signIn.email({ email, password: better }));
});

test('all sessions are ended, this one too', async () => {
  given(await phone.client.revokeSessions());
  assert.deepEqual((await phone.client.getSession()).data, null);
  assert.deepEqual((await laptop.client.getSession()).data, null);
  const { error } = await phone.client.listSessions();
  assert.equal(error?.status, 401);
});

test('signing out ends the session, and is no error where there is none', async () => {
  given(await phone.client.signIn.email({ email, password: better }));
  assert.deepEqual(given(await phone.client.signOut()), { success: true });
  assert.deepEqual((await phone.client.getSession()).data, null);
  assert.deepEqual(given(await phone.client.signOut()), { success: true });
});
