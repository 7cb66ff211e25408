/** Getting in again without the password: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { system } from '#kernel/principal.ts';
import { Problem } from '#kernel/problem.ts';
import { type Answer, harness, password } from '#test/harness.ts';
import { mailbox, tokenIn } from './mailbox.fixture.ts';
import { requestPasswordReset, resetLetter } from './service.ts';

const { call, caller, signIn, pool, ports, actionsOn } = await harness();
const { lettersTo, tokenTo } = mailbox(call);
const db = ports.database.as(system);
const login = 'POST /api/v1/auth/login';
const resend = 'POST /api/v1/auth/resend-verification';
const forgot = 'POST /api/v1/auth/forgot-password';
const reset = 'POST /api/v1/auth/reset-password';
const new_password = 'another horse 10 batteries';

const send = (line: string, body: unknown) => call(undefined, line, body);
const told = ({ status, body: { request_id: _, ...body } }: Answer) => ({ status, body });
const enter = async (email: string, given: string) =>
  (await send(login, { email, password: given })).status;
const isMe = async (token: string) =>
  (await call({ ...(await caller('root')), token }, 'GET /api/v1/users/me')).status === 200;

/** Somebody who asked for a new password. */
async function forgetful(name: string) {
  const person = await caller(name);
  await requestPasswordReset(db, ports, person.email);
  return { ...person, token: await tokenTo(person.email) };
}

test('asking never tells whether there is an account, nor of what kind', async () => {
  for (const name of ['active', 'inactive', 'external']) await caller(name);
  const turn = (name: string, change: string) =>
    pool.query(`update plinth.users set ${change} where email = $1`, [`${name}@example.com`]);
  await turn('inactive', 'is_active = false');
  await turn('external', 'password_hash = null');
  await turn('external', 'is_verified = false');
  for (const line of [forgot, resend]) {
    const answers = await Promise.all(
      ['active', 'inactive', 'external', 'missing'].map((name) =>
        send(line, { email: `${name}@example.com` }),
      ),
    );
    for (const answer of answers) assert.deepEqual(told(answer), told(answers[0] as Answer));
    assert.equal(answers[0]?.status, 200);
  }
  assert.deepEqual(
    (await lettersTo('active@example.com')).map(({ subject }) => subject),
    ['Set a new password'],
    'its address is confirmed, so nothing was sent again',
  );
  for (const name of ['inactive', 'missing']) {
    assert.equal((await lettersTo(`${name}@example.com`)).length, 0);
  }
  const external = await lettersTo('external@example.com');
  assert.deepEqual(
    external.map(({ subject }) => subject),
    ['Confirm your e-mail address'],
  );
});

test('a forgotten password is set anew by letter, and every session ends', async () => {
  const { id, email, token, ...first } = await forgetful('dora');
  const second = await signIn('dora');
  const { status, body } = await send(reset, { token, new_password });
  assert.deepEqual([status, body], [200, { message: 'Password updated successfully' }]);
  assert.deepEqual(
    [await isMe((await signIn('dora')).token), await isMe(second.token)],
    [true, false],
  );
  const refreshed = await send('POST /api/v1/auth/refresh', { refresh_token: first.refresh_token });
  assert.equal(refreshed.status, 401);
  assert.deepEqual([await enter(email, password), await enter(email, new_password)], [401, 200]);
  const { body: entered } = await send(login, {
    email: 'DORA@example.com',
    password: new_password,
  });
  assert.equal(entered.user.is_verified, true, 'who reads the letter has the address');
  const [letter] = await lettersTo(email);
  assert.equal(letter?.subject, 'Your password was changed');
  const actions = await actionsOn(id);
  assert.ok(
    actions.includes('password.reset_requested success') &&
      actions.includes('password.reset success'),
  );
  const changes = 'select from plinth.revocations where subject_id = $1';
  assert.equal((await pool.query(changes, [id])).rowCount, 1);
});

test('a weak password leaves the link good, and the answer names the field', async () => {
  const { token } = await forgetful('weak');
  const { status, body } = await send(reset, { token, new_password: 'weak@example.com' });
  assert.deepEqual([status, body.errors[0].loc], [422, ['body', 'new_password']]);
  assert.equal((await send(reset, { token, new_password })).status, 200);
});

test('a link that sets a password is worthless once another password is set', async () => {
  const { email, token } = await forgetful('twice');
  await requestPasswordReset(db, ports, email);
  const other = await tokenTo(email);
  assert.equal((await send(reset, { token: other, new_password })).status, 200);
  const late = await send(reset, { token, new_password: 'a thief sets this one' });
  assert.equal(late.body.code, 'invalid_token');
});

test('of many that set a password by one link at once, one does', async () => {
  const { token } = await forgetful('crowd');
  const resets = [1, 2, 3].map((n) => send(reset, { token, new_password: `${new_password}${n}` }));
  const statuses = (await Promise.all(resets)).map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, 400, 400]);
});

test('a sign-in that races a new password either ends or is refused', async () => {
  for (let round = 0; round < 6; round++) {
    const { email, token } = await forgetful(`racer${round}`);
    const logins = [0, 5, 15, 25].map(async (waitMs) => {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      return send(login, { email, password });
    });
    const [done, ...entered] = await Promise.all([send(reset, { token, new_password }), ...logins]);
    assert.equal(done.status, 200);
    for (const { status, body } of entered) {
      if (status === 200) assert.equal(await isMe(body.access_token), false);
      else assert.equal(status, 401);
    }
  }
});

test('a superuser is given the letter to pass on, of an account that has a password', async () => {
  const { email, id } = await caller('helped');
  const { recipient, letter } = await resetLetter(db, ports, 'Helped@Example.com');
  assert.equal(recipient, email);
  const token = tokenIn({ text: letter.action?.url ?? '' });
  assert.equal((await lettersTo(email)).length, 0, 'nothing is sent');
  assert.equal((await send(reset, { token, new_password })).status, 200);
  assert.ok((await actionsOn(id)).includes('password.reset_requested success'));
  await assert.rejects(resetLetter(db, ports, 'nobody@example.com'), (error: unknown) => {
    return error instanceof Problem && error.kind.code === 'user_not_found';
  });
});

test('asking writes nothing where there is nobody', async () => {
  const { statements } = await send(forgot, { email: 'nobody@example.com' });
  assert.deepEqual(statements, ['users.hold']);
});

/** Somebody with a key, and what the key is answered. */
async function equipped(name: string, is_verified: boolean) {
  const person = await signIn(name);
  await pool.query('update plinth.users set is_verified = $2 where id = $1', [
    person.id,
    is_verified,
  ]);
  const grant = { name: 'kept', permissions: { tasks: ['read'] } };
  const { body: made } = await call(person, 'POST /api/v1/api-keys', grant);
  const byKey = async () => {
    const headers = { 'x-api-key': made.key };
    return (await call(undefined, 'GET /api/v1/tasks', undefined, { headers })).status;
  };
  assert.equal(await byKey(), 200);
  return { ...person, byKey };
}

const resetBy = async (email: string) => {
  await send(forgot, { email });
  return (await send(reset, { token: await tokenTo(email), new_password })).status;
};

test('who signed up with the address of another keeps no way into what becomes theirs', async () => {
  const { email, byKey } = await equipped('squatter', false);
  assert.equal(await resetBy(email), 200);
  assert.equal(await byKey(), 401);
  assert.equal(await enter(email, new_password), 200);
});

test('where the address was proved before, a new password leaves the second factor and the keys', async () => {
  const person = await equipped('settled', true);
  const { body: begun } = await call(person, 'POST /api/v1/auth/two-factor', { password });
  const code = new TOTP({ secret: Secret.fromBase32(begun.secret) }).generate();
  await call(person, 'POST /api/v1/auth/two-factor/confirm', { code });
  assert.equal(await resetBy(person.email), 200);
  assert.equal(await person.byKey(), 200);
  assert.equal(await enter(person.email, new_password), 401);
});
