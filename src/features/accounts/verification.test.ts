/** Confirming an address, and the links that do it: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, password } from '#test/harness.ts';
import { mailbox, tokenIn } from './mailbox.fixture.ts';

const { call, pool, actionsOn } = await harness();
const { lettersTo, tokenTo } = mailbox(call);
const login = 'POST /api/v1/auth/login';
const signup = 'POST /api/v1/auth/signup';
const verify = 'POST /api/v1/auth/verify-email';
const resend = 'POST /api/v1/auth/resend-verification';

const send = (line: string, body: unknown) => call(undefined, line, body);
const tokensOf = async (email: string) =>
  (await pool.query('select * from plinth.one_time_tokens where email = $1', [email])).rows;

/** Somebody new who signed up, with the token of the first letter. */
async function newcomer(name: string) {
  const email = `${name}@example.com`;
  const { body } = await send(signup, { email, password, full_name: 'Click here' });
  return { id: body.id as string, email, token: await tokenTo(email) };
}

test('a letter confirms the address of who signs up, and says nothing they typed', async () => {
  const { id, email, token } = await newcomer('fresh');
  const [letter, ...others] = await lettersTo(email);
  assert.equal(others.length, 0);
  assert.match(letter?.text ?? '', /http:\/\/localhost:5173\/verify-email\?token=/);
  assert.doesNotMatch(JSON.stringify(letter), /Click here/);
  assert.equal((await send(verify, { token })).status, 200);
  const { body } = await send(login, { email, password });
  assert.equal(body.user.is_verified, true);
  assert.deepEqual(await actionsOn(id), ['user.signed_up success', 'email.verified success']);
});

test('of a token only a hash is kept', async () => {
  const { email, token } = await newcomer('hashed');
  const [row] = await tokensOf(email);
  assert.match(row.digest, /^[\w-]{43}$/);
  assert.doesNotMatch(JSON.stringify(row), new RegExp(token));
});

const bad: readonly [string, (person: { id: string; token: string }) => Promise<string>][] = [
  ['one that was never made', async () => 'x'.repeat(43)],
  ['one that was used', async ({ token }) => send(verify, { token }).then(() => token)],
  [
    'one that is too old',
    async ({ id, token }) => {
      const past = 'update plinth.one_time_tokens set expires_at = now() where user_id = $1';
      await pool.query(past, [id]);
      return token;
    },
  ],
  [
    'one of an account that was switched off',
    async ({ id, token }) => {
      await pool.query('update plinth.users set is_active = false where id = $1', [id]);
      return token;
    },
  ],
  [
    'one that went to an address the account has no more',
    async ({ id, token }) => {
      await pool.query('update plinth.users set email = $2 where id = $1', [id, `${id}@x.org`]);
      return token;
    },
  ],
];

for (const [index, [name, spoil]] of bad.entries()) {
  test(`${name} verifies nothing`, async () => {
    const person = await newcomer(`bad${index}`);
    const { status, body } = await send(verify, { token: await spoil(person) });
    assert.deepEqual([status, body.code, body.detail], [400, 'invalid_token', 'Invalid token']);
  });
}

test('a token is good for one purpose', async () => {
  const { token } = await newcomer('purpose');
  assert.equal(
    (await send('POST /api/v1/auth/reset-password', { token, new_password: password })).body.code,
    'invalid_token',
  );
  assert.equal(
    (await send('POST /api/v1/auth/confirm-email', { token })).body.code,
    'invalid_token',
  );
  assert.equal((await send(verify, { token })).status, 200);
});

test('of many that bring one token at once, one is served', async () => {
  const { token } = await newcomer('crowd');
  const answers = await Promise.all(Array.from({ length: 6 }, () => send(verify, { token })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400, 400, 400]);
});

test('asking again breaks no link, and using one ends the others', async () => {
  const { email, token: first } = await newcomer('again');
  assert.equal((await send(resend, { email })).status, 200);
  const second = await tokenTo(email);
  assert.notEqual(first, second);
  assert.equal((await send(verify, { token: first })).status, 200);
  assert.equal((await send(verify, { token: second })).status, 400);
});

test('an address gets three letters in a while, however many ask at once, and later more', async () => {
  const { email } = await newcomer('bombed');
  await Promise.all(Array.from({ length: 8 }, () => send(resend, { email })));
  assert.equal((await lettersTo(email)).length, 3);
  const later = `update plinth.emails
    set created_at = created_at - interval '16 minutes' where recipient = $1`;
  for (let round = 0; round < 3; round++) {
    await pool.query(later, [email]);
    await Promise.all([1, 2, 3, 4].map(() => send(resend, { email })));
  }
  const letters = await lettersTo(email);
  assert.equal(letters.length, 12);
  assert.equal((await tokensOf(email)).length, 5, 'the oldest are gone');
  assert.equal((await send(verify, { token: tokenIn(letters[11]) })).status, 400);
  assert.equal((await send(verify, { token: tokenIn(letters[0]) })).status, 200);
});
