/** Accounts: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, password } from '#test/harness.ts';

const { call, caller, pool } = await harness();
const signup = 'POST /api/v1/auth/signup';
const login = 'POST /api/v1/auth/login';
const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
const byForm = (fields: Record<string, string>) =>
  call(undefined, 'POST /api/v1/login/access-token', new URLSearchParams(fields).toString(), form);

const whoAmI = (token: string) =>
  call(undefined, 'GET /api/v1/users/me', undefined, {
    headers: { authorization: `Bearer ${token}` },
  });

test('who signs up can sign in, and is who they said', async () => {
  const made = await call(undefined, signup, {
    email: 'Grace@Example.com',
    password,
    full_name: 'Grace',
  });
  assert.equal(made.status, 201);
  assert.deepEqual(
    [made.body.email, made.body.full_name, made.body.is_superuser, made.body.is_verified],
    ['grace@example.com', 'Grace', false, false],
  );
  const entered = await call(undefined, login, { email: 'GRACE@example.com', password });
  assert.deepEqual(
    [entered.status, entered.body.token_type, entered.body.expires_in],
    [200, 'bearer', 900],
  );
  assert.deepEqual(entered.body.user, made.body);
  assert.deepEqual((await whoAmI(entered.body.access_token)).body, made.body);
});

test('the password form of OAuth 2.0 gives a token too', async () => {
  const { email } = await caller('ada');
  const answer = await byForm({
    grant_type: 'password',
    username: email,
    password,
    scope: '',
    client_id: 'x',
  });
  assert.equal(answer.status, 200);
  assert.deepEqual(Object.keys(answer.body).sort(), [
    'access_token',
    'expires_in',
    'refresh_token',
    'token_type',
  ]);
  assert.equal((await whoAmI(answer.body.access_token)).body.email, email);
});

test('the form is a form, and JSON is JSON', async () => {
  const path = 'POST /api/v1/login/access-token';
  assert.equal((await call(undefined, path, { username: 'a', password })).status, 415);
  const asForm = await call(undefined, login, `email=a&password=b`, form);
  assert.deepEqual([asForm.status, asForm.body.code], [415, 'unsupported_media_type']);
  assert.equal((await call(undefined, path, 'username=a&username=b&password=c', form)).status, 400);
  assert.equal((await call(undefined, path, 'username=%00&password=c', form)).status, 422);
});

test('no answer holds a hash or a password', async () => {
  const made = await call(undefined, signup, { email: 'quiet@example.com', password });
  const entered = await call(undefined, login, { email: 'quiet@example.com', password });
  for (const { body } of [made, entered]) {
    assert.doesNotMatch(JSON.stringify(body), /argon2|password|correct horse/);
  }
});

test('a wrong password and a missing account read the same', async () => {
  const { email } = await caller('ada');
  const wrong = await call(undefined, login, { email, password: 'not this one' });
  const missing = await call(undefined, login, { email: 'nobody@example.com', password });
  const comparable = ({ status, body: { request_id: _, ...body } }: typeof wrong) => ({
    status,
    body,
  });
  assert.deepEqual(comparable(wrong), comparable(missing));
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'wrong_credentials']);
  assert.equal(wrong.headers['www-authenticate'], 'Bearer');
  const grant = await byForm({ username: email, password: 'not this one' });
  assert.deepEqual([grant.status, grant.body.detail], [400, 'Incorrect email or password']);
});

test('an account that is switched off is told so only with its password', async () => {
  const { id, email } = await caller('off');
  await pool.query('update plinth.users set is_active = false where id = $1', [id]);
  assert.equal((await call(undefined, login, { email, password: 'wrong one' })).status, 401);
  const answer = await call(undefined, login, { email, password });
  assert.deepEqual([answer.status, answer.body.code], [403, 'user_inactive']);
});

test('of many that sign up with one e-mail at once, one gets it', async () => {
  const emails = ['race@example.com', 'RACE@example.com', 'Race@Example.Com'];
  const answers = await Promise.all(
    [...emails, ...emails, ...emails].map((email) => call(undefined, signup, { email, password })),
  );
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [201, ...Array(8).fill(409)]);
  const { rows } = await pool.query(`select from plinth.users where email = 'race@example.com'`);
  assert.equal(rows.length, 1);
});

test('signing up writes the account, a token, a letter and what tells of it, or nothing', async () => {
  const person = { email: 'whole@example.com', password };
  const { statements, body } = await call(undefined, signup, person);
  assert.deepEqual(statements, [
    'users.insert',
    'mail.lately',
    'accounts.issueToken',
    'mail.insert',
    'audit.insert',
  ]);
  const { rows } = await pool.query(
    `select actor_kind, actor_id, outcome from plinth.audit_log
      where action = 'user.signed_up' and target_id = $1`,
    [body.id],
  );
  assert.deepEqual(rows, [{ actor_kind: 'anonymous', actor_id: body.id, outcome: 'success' }]);
  const again = await call(undefined, signup, person);
  assert.deepEqual([again.body.code, again.statements], ['email_taken', ['users.insert']]);
});

test('the template signs up by another path, and answers in its words', async () => {
  const path = 'POST /api/v1/users/signup';
  const person = { email: 'template@example.com', password, full_name: 'Tem Plate' };
  const made = await call(undefined, path, person);
  assert.deepEqual([made.status, made.body.email], [200, person.email]);
  const again = await call(undefined, path, person);
  assert.deepEqual(
    [again.status, again.body.detail],
    [400, 'The user with this email already exists in the system'],
  );
});

const weak = [
  ['a common password', 'password123', /common/],
  ['the own e-mail', 'weak.person@example.com', /e-mail/],
  ['the own name', 'Weak Person', /name/],
] as const;

for (const [name, chosen, why] of weak) {
  test(`${name} is no password, and the answer says why`, async () => {
    const person = { email: 'weak.person@example.com', full_name: 'Weak Person', password: chosen };
    const { status, body, statements } = await call(undefined, signup, person);
    assert.deepEqual([status, body.code, statements], [422, 'weak_password', []]);
    assert.deepEqual(body.errors[0].loc, ['body', 'password']);
    assert.match(body.detail, why);
    assert.doesNotMatch(JSON.stringify(body), new RegExp(chosen));
  });
}

test('asking by sign-up who has an account gets slow, and signing up does not', async () => {
  const { email } = await caller('ada');
  const from = { remoteAddress: '198.51.100.1' };
  for (let n = 0; n < 3; n++) {
    const person = { email: `honest${n}@example.com`, password };
    assert.equal((await call(undefined, signup, person, from)).status, 201);
  }
  const ask = () => call(undefined, signup, { email, password }, from);
  const answers = await Promise.all(Array.from({ length: 102 }, ask));
  const statuses = answers.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 409).length, 100);
  assert.equal(statuses.filter((status) => status === 429).length, 2);
  const { status } = await call(undefined, login, { email, password });
  assert.equal(status, 200, 'the account itself is not slowed down');
});

const refused = [
  ['no e-mail', { password }, 'email'],
  ['no address', { email: 'ada', password }, 'email'],
  ['a short password', { email: 'new@example.com', password: '1234567' }, 'password'],
  ['an endless password', { email: 'new@example.com', password: 'x'.repeat(129) }, 'password'],
  [
    'a superuser by wish',
    { email: 'new@example.com', password, is_superuser: true },
    'is_superuser',
  ],
] as const;

for (const [name, body, field] of refused) {
  test(`${name} is refused, and the answer names the field`, async () => {
    const answer = await call(undefined, signup, body);
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.body.errors[0].loc, ['body', field]);
  });
}

test('every wrong field is named at once', async () => {
  const { body } = await call(undefined, signup, { email: 'x', password: 'y', z: 1 });
  const named = body.errors.map(({ loc }: { loc: string[] }) => loc[1]).sort();
  assert.deepEqual(named, ['email', 'password', 'z']);
});

test('every sign-in is a session, which its owner can see', async () => {
  const { email } = await caller('sid');
  const headers = { 'user-agent': 'Browser/1' };
  const { body } = await call(undefined, login, { email, password }, { headers });
  const claims = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString());
  const { body: sessions } = await call('sid', 'GET /api/v1/auth/sessions');
  assert.deepEqual([sessions.count, sessions.data[0].id], [2, claims.sid]);
  assert.deepEqual(
    [sessions.data[0].user_agent, sessions.data[0].address],
    ['Browser/1', '127.0.0.1'],
  );
});

test('signing in costs two statements, and who you are one', async () => {
  const { email } = await caller('ada');
  const entered = await call(undefined, login, { email, password });
  assert.deepEqual(entered.statements, ['users.byEmail', 'sessions.insert']);
  assert.deepEqual((await call('ada', 'GET /api/v1/users/me')).statements, ['users.byId']);
});
