/** People of other issuers: the promises about their local users. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed } from '#features/tokens/service.ts';
import { system } from '#kernel/principal.ts';
import { hs, inSeconds, trustingHouse } from '#test/issuer.ts';

const { caller, call, by, whoAmI, advance, pool, ports, ed, iss, claims } = await trustingHouse();
const tokenOf = (sub: string, more: object = {}) => ed.sign({ ...claims, sub, ...more });
const seen = async (sub: string, more: object = {}) => whoAmI(await tokenOf(sub, more));
const placeholder = /^[\da-f-]{36}@external\.invalid$/;
const db = ports.database.as(system);
const usersNamed = async (full_name: string) =>
  (await pool.query('select * from plinth.users where full_name = $1', [full_name])).rows;

test('who is seen first gets a user, in a transaction that tells it, and never again', async () => {
  const profile = { email: 'Grace@Example.com', name: ' Grace ', email_verified: true };
  const first = await seen('grace', profile);
  assert.deepEqual(first.statements, [
    'issuers.userOf',
    'issuers.create',
    'audit.insert',
    'users.byId',
  ]);
  const { email, full_name, is_verified, is_superuser, id } = first.body;
  assert.deepEqual(
    [email, full_name, is_verified, is_superuser],
    ['grace@example.com', 'Grace', true, false],
  );
  const again = await seen('grace', { jti: 'another token' });
  assert.deepEqual([again.body, again.statements], [first.body, ['issuers.userOf', 'users.byId']]);
  const { rows } = await pool.query(
    `select actor_kind, outcome, detail from plinth.audit_log
      where action = 'identity.created' and target_id = $1`,
    [id],
  );
  const detail = { issuer: iss, subject: 'grace' };
  assert.deepEqual(rows, [{ actor_kind: 'system', outcome: 'success', detail }]);
  const { rows: users } = await pool.query('select * from plinth.users where id = $1', [id]);
  assert.equal(users[0].password_hash, null);
});

test('they are the same by the keys and by the secret of one issuer', async () => {
  const { body } = await seen('both');
  const { aud: _, ...shared } = claims;
  assert.equal((await whoAmI(await hs({ ...shared, sub: 'both' }))).body.id, body.id);
});

const profiles: [string, object, RegExp, string | null, boolean][] = [
  ['an address nobody confirmed', { email: 'new@example.com' }, placeholder, null, false],
  ['as Better Auth says it', { email: 'ba@example.com', emailVerified: true }, /^ba@/, null, true],
  [
    'confirmed in words only',
    { email: 'w@example.com', email_verified: 'true' },
    placeholder,
    null,
    false,
  ],
  ['no address', { name: 'Nameless' }, placeholder, 'Nameless', false],
  ['no address, and confirmed', { email_verified: true }, placeholder, null, false],
  ['no address but a number', { email: 7, email_verified: true }, placeholder, null, false],
  [
    'two lines as an address',
    { email: '"a\r\nBcc: all"@example.com', email_verified: true },
    placeholder,
    null,
    false,
  ],
  [
    'an address that is none',
    { email: 'a b@example.com', email_verified: true },
    placeholder,
    null,
    false,
  ],
  ['an address without end', { email: `${'x'.repeat(250)}@example.com` }, placeholder, null, false],
  ['a NUL in the name', { name: 'a\0b' }, placeholder, null, false],
  ['half a character in the name', { name: 'a\ud800' }, placeholder, null, false],
  ['a name without end', { name: 'x'.repeat(256) }, placeholder, null, false],
  ['a name of spaces', { name: '  ' }, placeholder, null, false],
];

for (const [name, profile, email, full_name, is_verified] of profiles) {
  test(`what they are called is kept where it can be: ${name}`, async () => {
    const { status, body } = await seen(name, profile);
    assert.equal(status, 200);
    assert.match(body.email, email);
    assert.deepEqual([body.full_name, body.is_verified], [full_name, is_verified]);
  });
}

test('an account that has the address stays its owner’s, and nothing is linked', async () => {
  const { id, email } = await caller('ada');
  const { body } = await seen('not ada', { email: email.toUpperCase(), email_verified: true });
  assert.notEqual(body.id, id);
  assert.match(body.email, placeholder);
  assert.equal(body.is_verified, false);
  assert.equal((await call('ada', 'GET /api/v1/users/me')).body.email, email);
});

test('of many requests at once that are the first, one makes the user', async () => {
  const tokens = Array.from({ length: 20 }, (_, jti) =>
    tokenOf('crowd', { jti: String(jti), name: 'Crowd', email: 'crowd@example.com' }),
  );
  const answers = await Promise.all(tokens.map(async (token) => whoAmI(await token)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
  assert.equal((await usersNamed('Crowd')).length, 1);
});

test('of many people at once with one address, one gets it', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      seen(`twin ${n}`, { email: 'twin@example.com', email_verified: true, name: 'Twin' }),
    ),
  );
  assert.equal(new Set(answers.map(({ body }) => body.id)).size, 10);
  const emails = (await usersNamed('Twin')).map(({ email }) => email);
  assert.equal(emails.filter((email) => email === 'twin@example.com').length, 1);
});

test('many requests at once with one token that is new read its user once', async () => {
  const token = await tokenOf('grace', { jti: 'at once' });
  const answers = await Promise.all(Array.from({ length: 10 }, () => whoAmI(token)));
  const { statements = [] } =
    answers.toSorted((a, b) => b.statements.length - a.statements.length)[0] ?? {};
  assert.equal(statements.filter((name) => name === 'issuers.userOf').length, 1);
});

test('who was switched off here is refused at once, and good again when switched on', async () => {
  const token = await tokenOf('switched');
  const { id } = (await whoAmI(token)).body;
  const turn = async (is_active: boolean) => {
    await pool.query('update plinth.users set is_active = $2 where id = $1', [id, is_active]);
    await changed(db, ports, id);
  };
  await turn(false);
  assert.equal((await whoAmI(token)).status, 401);
  assert.equal((await whoAmI(await tokenOf('switched', { jti: 'new' }))).status, 401);
  await turn(true);
  assert.equal((await whoAmI(token)).body.id, id);
});

test('who was deleted here is somebody new', async () => {
  const token = await tokenOf('gone');
  const { id } = (await whoAmI(token)).body;
  await pool.query('delete from plinth.users where id = $1', [id]);
  await changed(db, ports, id);
  const { status, body } = await whoAmI(token);
  assert.equal(status, 200);
  assert.notEqual(body.id, id);
});

test('a superuser of ours is none by the word of another issuer', async () => {
  const token = await tokenOf('boss');
  const { id } = (await whoAmI(token)).body;
  await pool.query('update plinth.users set is_superuser = true where id = $1', [id]);
  await changed(db, ports, id);
  assert.equal((await whoAmI(token)).status, 200);
  assert.equal((await by({ token }, 'GET /api/v1/issuers')).status, 403);
});

test('a token that is remembered ends when it says', async () => {
  const token = await tokenOf('ending', { exp: inSeconds(60) });
  assert.equal((await whoAmI(token)).status, 200);
  advance(66_000);
  const answer = await whoAmI(token);
  assert.deepEqual([answer.status, answer.statements], [401, []]);
});

test('what another issuer vouches for ends with its token: nothing that outlasts it is made by one', async () => {
  const token = await tokenOf('raised', { email: 'raised@example.com', email_verified: true });
  const { body: user } = await whoAmI(token);
  // A superuser here, with a key that says so, in whose name the issuer's token comes.
  await pool.query('update plinth.users set is_superuser = true where id = $1', [user.id]);
  const grant = { name: 'wide', permissions: { tasks: ['read'] } };
  const { body: made } = await call('root', 'POST /api/v1/api-keys', grant);
  await pool.query('update plinth.api_keys set owner_id = $1 where id = $2', [user.id, made.id]);
  const at = `/api/v1/api-keys/${made.id}`;
  const lasting: [string, object?][] = [
    ['POST /api/v1/api-keys', grant],
    [`POST ${at}/rotate`],
    [`PATCH ${at}`, { enabled: true }],
    ['PATCH /api/v1/users/me', { email: 'other@example.com' }],
  ];
  for (const [line, body] of lasting) {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await call(undefined, line, body, { headers });
    assert.deepEqual([answer.status, answer.body.code], [403, 'forbidden'], line);
  }
});
