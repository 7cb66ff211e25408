/** One's own name and address: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, password } from '#test/harness.ts';
import { mailbox, tokenIn } from './mailbox.fixture.ts';

const { call, caller, pool, actionsOn } = await harness();
const { lettersTo, tokenTo } = mailbox(call);
const me = '/api/v1/users/me';
const login = 'POST /api/v1/auth/login';
const confirm = 'POST /api/v1/auth/confirm-email';
const new_password = 'another horse 10 batteries';

const enter = async (email: string, given: string) =>
  (await call(undefined, login, { email, password: given })).status;
const emailOf = async (name: string) => (await call(name, `GET ${me}`)).body.email;

test('a name is changed at once, or taken away', async () => {
  await caller('kim');
  const { status, body } = await call('kim', `PATCH ${me}`, { full_name: 'Kim Possible' });
  assert.deepEqual([status, body.full_name, body.email], [200, 'Kim Possible', 'kim@example.com']);
  assert.equal('password_hash' in body, false);
  assert.equal((await call('kim', `PATCH ${me}`, { full_name: null })).body.full_name, null);
  const { body: read, statements } = await call('kim', `GET ${me}`);
  assert.deepEqual([read.full_name, statements], [null, ['users.byId']]);
  assert.equal((await call('kim', `PATCH ${me}`, {})).status, 422);
  assert.equal((await call('kim', `PATCH ${me}`, { is_superuser: true })).status, 422);
});

test('a new address is taken over once it is confirmed, and the old one hears of it', async () => {
  const { id } = await caller('move');
  const asked = await call('move', `PATCH ${me}`, { email: 'Moved@Example.com' });
  assert.deepEqual([asked.status, asked.body.email], [200, 'move@example.com']);
  assert.equal(await emailOf('move'), 'move@example.com');
  const [notice] = await lettersTo('move@example.com');
  assert.doesNotMatch(notice?.text ?? '', /token/);
  const token = await tokenTo('moved@example.com');
  await call(undefined, 'POST /api/v1/auth/forgot-password', { email: 'move@example.com' });
  const resetToken = await tokenTo('move@example.com');
  assert.equal((await call(undefined, confirm, { token })).status, 200);
  const { body } = await call('move', `GET ${me}`);
  assert.deepEqual([body.email, body.is_verified], ['moved@example.com', true]);
  assert.equal(await enter('moved@example.com', password), 200);
  assert.equal((await call(undefined, confirm, { token })).status, 400);
  const reset = { token: resetToken, new_password };
  const late = await call(undefined, 'POST /api/v1/auth/reset-password', reset);
  assert.equal(late.body.code, 'invalid_token', 'who reads the old address sets no password');
  const told = await actionsOn(id);
  for (const expected of ['email.change_requested success', 'email.changed success']) {
    assert.ok(told.includes(expected), `${expected} in ${told}`);
  }
});

test('the address one has already asks for nothing', async () => {
  await caller('same');
  const { status } = await call('same', `PATCH ${me}`, { email: 'SAME@example.com' });
  assert.equal(status, 200);
  assert.equal((await lettersTo('same@example.com')).length, 0);
});

test('an address that is taken is refused, and changes nothing else', async () => {
  const { email } = await caller('ada');
  await caller('envy');
  const answer = await call('envy', `PATCH ${me}`, { email, full_name: 'Not Envy' });
  assert.deepEqual(
    [answer.status, answer.body.code, answer.body.detail],
    [409, 'email_taken', 'User with this email already exists'],
  );
  assert.equal((await call('envy', `GET ${me}`)).body.full_name, 'envy');
});

test('of two that want one address, one gets it, and the link of the other stays good', async () => {
  const email = 'wanted@example.com';
  for (const name of ['first', 'second']) {
    await caller(name);
    assert.equal((await call(name, `PATCH ${me}`, { email })).status, 200);
  }
  const tokens = (await lettersTo(email)).map(tokenIn);
  const answers = await Promise.all(tokens.map((token) => call(undefined, confirm, { token })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  assert.equal(answers.find(({ status }) => status === 409)?.body.code, 'email_taken');
  await pool.query(`update plinth.users set email = 'given.up@example.com' where email = $1`, [
    email,
  ]);
  const loser = answers.findIndex(({ status }) => status === 409);
  assert.equal((await call(undefined, confirm, { token: tokens[loser] })).status, 200);
});

test('a new address that races a sign-up is taken once', async () => {
  for (let round = 0; round < 5; round++) {
    const name = `race${round}`;
    const email = `raced${round}@example.com`;
    await caller(name);
    await call(name, `PATCH ${me}`, { email });
    const token = await tokenTo(email);
    const [moved, made] = await Promise.all([
      call(undefined, confirm, { token }),
      call(undefined, 'POST /api/v1/auth/signup', { email, password }),
    ]);
    const statuses = [moved.status, made.status];
    assert.ok(['200,409', '409,201'].includes(String(statuses)), String(statuses));
  }
});

test('one address is not flooded by many accounts that want it', async () => {
  const email = 'target@example.com';
  for (const name of ['m1', 'm2', 'm3', 'm4', 'm5']) {
    await caller(name);
    assert.equal((await call(name, `PATCH ${me}`, { email })).status, 200);
  }
  assert.equal((await lettersTo(email)).length, 3);
});

test('one account writes to three new addresses in a while, and no more', async () => {
  await caller('writer');
  for (let n = 0; n < 5; n++) {
    const email = `stranger${n}@example.com`;
    assert.equal((await call('writer', `PATCH ${me}`, { email })).status, 200);
    assert.equal((await lettersTo(email)).length, n < 3 ? 1 : 0);
  }
});
