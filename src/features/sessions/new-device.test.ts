/** Signing in from another browser or system: the owner hears of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, password } from '#test/harness.ts';
import { isAlike } from './device.ts';

const { call, caller, pool } = await harness();
const firefox = (version: number, system = 'X11; Linux x86_64') =>
  `Mozilla/5.0 (${system}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;
const windows = 'Windows NT 10.0; Win64; x64';
const known = ['users.byEmail', 'sessions.insert'];

const enter = (email: string, agent: string | undefined, given = password) =>
  call(
    undefined,
    'POST /api/v1/auth/login',
    { email, password: given },
    {
      headers: { 'user-agent': agent },
    },
  );

/** The letters of the kind to an address, newest first. */
async function newsTo(recipient: string) {
  const { body } = await call('root', 'GET /api/v1/private/emails/?limit=100');
  return body.data.filter(
    (letter: { recipient: string; subject: string }) =>
      letter.recipient === recipient && letter.subject === 'A new sign-in to your account',
  );
}

test('the first sign-in of a new account is no news, and one from there costs nothing more', async () => {
  const email = 'new@example.com';
  await call(undefined, 'POST /api/v1/auth/signup', { email, password });
  for (const _ of [1, 2]) {
    const { status, statements } = await enter(email, firefox(150));
    assert.deepEqual([status, statements], [200, known]);
  }
  assert.equal((await newsTo(email)).length, 0);
});

test('one from another browser or system is told, with what it was and from where', async () => {
  const { email } = await caller('ada');
  assert.equal((await enter(email, firefox(150, windows))).status, 200);
  const [letter, ...others] = await newsTo(email);
  assert.equal(others.length, 0);
  assert.match(
    letter.text,
    /^Browser: Firefox\nSystem: Windows\nAddress: 127\.0\.0\.1\nTime: .+ UTC$/m,
  );
  assert.deepEqual((await enter(email, firefox(150, windows))).statements, known);
  assert.equal((await newsTo(email)).length, 1, 'it is known from then on');
  await enter(email, firefox(150));
  assert.equal((await newsTo(email)).length, 2, 'the same browser on another system');
});

test('an update of the browser is no news', async () => {
  const { email } = await caller('bob');
  await enter(email, firefox(150));
  await enter(email, firefox(151));
  assert.equal((await newsTo(email)).length, 1);
});

test('what was not used for long is news again, and so is an old account without any session', async () => {
  const { email, id } = await caller('cem');
  await enter(email, firefox(150));
  await pool.query(
    `update plinth.sessions set last_used_at = now() - interval '91 days' where user_id = $1`,
    [id],
  );
  await pool.query(`update plinth.users set created_at = now() - interval '1 year' where id = $1`, [
    id,
  ]);
  assert.equal((await enter(email, firefox(150))).status, 200);
  assert.equal((await newsTo(email)).length, 2);
});

test('a session that was ended still makes its device known', async () => {
  const { email } = await caller('dan');
  const { body } = await enter(email, firefox(150));
  const headers = { authorization: `Bearer ${body.access_token}` };
  await call(undefined, 'POST /api/v1/auth/logout', undefined, { headers });
  assert.deepEqual((await enter(email, firefox(150))).statements, known);
});

test('what a header says is not written into a letter, and no flood of them fills a mailbox', async () => {
  const { email } = await caller('eve');
  const agents = [
    'Call 555 now/1.0 x',
    'https://evil.example/',
    undefined,
    'curl/8.1',
    firefox(150),
  ];
  for (const agent of agents) assert.equal((await enter(email, agent)).status, 200);
  const letters = await newsTo(email);
  assert.equal(letters.length, 3);
  for (const { text } of letters) assert.doesNotMatch(text, /555|evil|curl/);
});

test('who does not know the password causes no letter, and no other statement than before', async () => {
  const { email } = await caller('fay');
  const refused = ['users.byEmail', 'audit.insert'];
  assert.deepEqual((await enter(email, firefox(150), 'wrong one')).statements, refused);
  assert.deepEqual((await enter('no@example.com', firefox(150))).statements, refused);
  assert.equal((await newsTo(email)).length, 0);
});

test('a client of another dialect is told in the same way', async () => {
  const { email } = await caller('gus');
  const headers = { 'user-agent': firefox(150), origin: 'http://localhost:5173' };
  const line = 'POST /api/auth/sign-in/email';
  assert.equal((await call(undefined, line, { email, password }, { headers })).status, 200);
  assert.equal((await newsTo(email)).length, 1);
});

const pairs = [
  ['versions of a browser', firefox(150), firefox(99), true],
  ['a browser on two systems', firefox(150), firefox(150, windows), false],
  ['versions of a program', 'curl/8.1', 'curl/8.2', true],
  ['two programs', 'curl/8.1', 'python-requests/2.31', false],
  ['a program and nothing', 'curl/8.1', null, false],
  ['nothing and nothing', null, null, true],
] as const;

for (const [name, one, other, alike] of pairs) {
  test(`${name} are ${alike ? '' : 'not '}alike`, () => assert.equal(isAlike(one, other), alike));
}
