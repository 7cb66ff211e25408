/** Changing the password: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, harness, password } from '#test/harness.ts';
import { mailbox } from './mailbox.fixture.ts';

const { call, caller, signIn, pool, actionsOn } = await harness();
const { lettersTo, tokenTo } = mailbox(call);
const me = '/api/v1/users/me';
const change = `PATCH ${me}/password`;
const login = 'POST /api/v1/auth/login';
const new_password = 'another horse 10 batteries';

const isAlive = async (who: Caller) => (await call(who, `GET ${me}`)).status === 200;
const enter = async (email: string, given: string) =>
  (await call(undefined, login, { email, password: given })).status;

test('a password is changed by who knows it, and the other sessions end', async () => {
  const here = await caller('ada');
  const elsewhere = await signIn('ada');
  const { status, body } = await call(here, change, { current_password: password, new_password });
  assert.deepEqual([status, body], [200, { message: 'Password updated successfully' }]);
  assert.deepEqual([await isAlive(here), await isAlive(elsewhere)], [true, false]);
  const { email, id } = here;
  assert.deepEqual([await enter(email, password), await enter(email, new_password)], [401, 200]);
  assert.equal((await lettersTo(email))[0]?.subject, 'Your password was changed');
  assert.ok((await actionsOn(id)).includes('password.changed success'));
});

const refusedPasswords = [
  ['a wrong one', { current_password: 'wrong', new_password }, 400, 'Incorrect password'],
  [
    'the same one',
    { current_password: password, new_password: password },
    400,
    'New password cannot be the same as the current one',
  ],
  [
    'a weak one',
    { current_password: password, new_password: 'bob@example.com' },
    422,
    'This password will not do: it is made of your e-mail address or your name',
  ],
] as const;

for (const [name, body, status, detail] of refusedPasswords) {
  test(`${name} changes nothing`, async () => {
    const { id, email } = await caller('bob');
    const answer = await call('bob', change, body);
    assert.deepEqual([answer.status, answer.body.detail], [status, detail]);
    assert.equal(await enter(email, password), 200);
    assert.ok(!(await actionsOn(id)).includes('password.changed success'));
  });
}

test('guessing the current password gets slow', async () => {
  const { id } = await caller('guessed');
  const guess = () => call('guessed', change, { current_password: 'guess', new_password });
  for (let n = 0; n < 5; n++) assert.equal((await guess()).status, 400);
  const { status, headers } = await guess();
  assert.deepEqual([status, Number(headers['retry-after']) > 0], [429, true]);
  const failures = (await actionsOn(id)).filter((told) => told === 'password.changed failure');
  assert.equal(failures.length, 5);
  await sleep(1_100); // the first pause, and a little more
  const answer = await call('guessed', change, { current_password: password, new_password });
  assert.equal(answer.status, 200);
});

test('of two new passwords at once, one is set', async () => {
  await caller('twice');
  const answers = await Promise.all(
    [1, 2].map((n) =>
      call('twice', change, { current_password: password, new_password: `${new_password} ${n}` }),
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
});

test('an account that signs in elsewhere has no password to change', async () => {
  const { id } = await caller('external');
  await pool.query('update plinth.users set password_hash = null where id = $1', [id]);
  const { status, body } = await call('external', change, {
    current_password: password,
    new_password,
  });
  assert.deepEqual([status, body.code], [409, 'no_password']);
});

test('a new password makes the link worthless that a thief had sent to another address', async () => {
  await caller('robbed');
  const email = 'thief@example.com';
  await call('robbed', `PATCH ${me}`, { email });
  await call('robbed', change, { current_password: password, new_password });
  assert.equal(
    (await call(undefined, 'POST /api/v1/auth/confirm-email', { token: await tokenTo(email) }))
      .status,
    400,
  );
});

test('who changes it over and over writes three letters, not more', async () => {
  const { email } = await caller('restless');
  const chosen = [password, ...[1, 2, 3, 4].map((n) => `${new_password} ${n}`)];
  for (const [index, current_password] of chosen.slice(0, -1).entries()) {
    const next = { current_password, new_password: chosen[index + 1] };
    assert.equal((await call('restless', change, next)).status, 200);
  }
  assert.equal((await lettersTo(email)).length, 3);
});
