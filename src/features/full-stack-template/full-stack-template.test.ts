/** The full-stack template's dialect: the promises its web client relies on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, password } from '#test/harness.ts';

const { call, caller } = await harness();

const { email, id } = await caller('ada');
const address = encodeURIComponent(email);
const better = 'another horse battery 9';
const onItsWay = 'If that email is registered, we sent a password recovery link';

const letters = async () => (await call('root', 'GET /api/v1/private/emails/?limit=100')).body;
const tokenIn = (text: string) => /reset-password\?token=([\w-]+)/.exec(text)?.[1] ?? '';
const login = (secret: string) =>
  call(undefined, 'POST /api/v1/login/access-token', undefined, {
    payload: new URLSearchParams({ username: email, password: secret }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

test('a token says whom it speaks for', async () => {
  const { status, body } = await call('ada', 'POST /api/v1/login/test-token');
  assert.deepEqual([status, body.id, body.email, body.is_superuser], [200, id, email, false]);
});

test('asking for a new password says the same to everybody, and writes to who is there', async () => {
  const before = (await letters()).count;
  for (const asked of [address, 'nobody%40example.com', 'no-address-at-all', '%F0%9F%A6%84']) {
    const { status, body } = await call(undefined, `POST /api/v1/password-recovery/${asked}`);
    assert.deepEqual([status, body], [200, { message: onItsWay }], asked);
  }
  const { data, count } = await letters();
  assert.deepEqual([count, data[0].recipient], [before + 1, email]);
  const long = `POST /api/v1/password-recovery/${'x'.repeat(255)}`;
  assert.equal((await call(undefined, long)).status, 422);
});

test('the link in the letter sets a new password, once', async () => {
  const { data } = await letters();
  const reset = { token: tokenIn(data[0].text), new_password: better };
  const { status, body } = await call(undefined, 'POST /api/v1/reset-password/', reset);
  assert.deepEqual([status, body], [200, { message: 'Password updated successfully' }]);
  assert.deepEqual([(await login(password)).status, (await login(better)).status], [400, 200]);
  const again = await call(undefined, 'POST /api/v1/reset-password/', reset);
  assert.deepEqual([again.status, again.body.detail], [400, 'Invalid token']);
});

test('a superuser reads the letter as a page, with a link that works', async () => {
  const line = `POST /api/v1/password-recovery-html-content/${address}`;
  assert.equal((await call('bob', line)).status, 403);
  const { status, body, headers } = await call('root', line);
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers.subject, 'Set a new password');
  assert.match(body, /^<!doctype html>/);
  const reset = { token: tokenIn(body), new_password: password };
  assert.equal((await call(undefined, 'POST /api/v1/reset-password/', reset)).status, 200);
});

test('there is no letter for who has no account', async () => {
  const line = 'POST /api/v1/password-recovery-html-content/nobody%40example.com';
  const { status, body } = await call('root', line);
  assert.deepEqual([status, body.code, typeof body.detail], [404, 'user_not_found', 'string']);
});

test('the server says that it answers', async () => {
  const { status, body, statements } = await call(undefined, 'GET /api/v1/utils/health-check/');
  assert.deepEqual([status, body, statements], [200, true, []]);
});

test('a superuser sends a test e-mail, and nobody else does', async () => {
  const line = 'POST /api/v1/utils/test-email/?email_to=eve%40example.com';
  assert.equal((await call('bob', line)).status, 403);
  const { status, body } = await call('root', line);
  assert.deepEqual([status, body], [201, { message: 'Test email sent' }]);
  const [last] = (await letters()).data;
  assert.deepEqual([last.recipient, last.subject], ['eve@example.com', 'Plinth: test e-mail']);
  const wrong = await call('root', 'POST /api/v1/utils/test-email/?email_to=eve');
  assert.deepEqual([wrong.status, wrong.body.errors[0].loc], [422, ['query', 'email_to']]);
});
