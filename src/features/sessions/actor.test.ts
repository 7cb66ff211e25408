/** Whether who asks may still act: the promises, for requests that were let in before that changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, harness, password } from '#test/harness.ts';

const { call, caller, signIn, pool, ports } = await harness();
const root = await caller('root');

/** As at a process that has not heard of it yet: the database knows, and the memory does not. */
async function unheard(change: string, id: string) {
  await pool.query(`update plinth.${change} where id = $1`, [id]);
}
const endOf = ({ session_id }: Caller) => unheard('sessions set ended_at = now()', session_id);
const key = { name: 'kept', permissions: { tasks: ['read'] } };

const lasting: [string, (id: string) => [string, unknown]][] = [
  ['make a key', () => ['POST /api/v1/api-keys', key]],
  ['ask for another address', () => ['PATCH /api/v1/users/me', { email: 'thief@example.com' }]],
];

for (const [index, [name, lineOf]] of lasting.entries()) {
  test(`a session that just ended cannot ${name}`, async () => {
    const thief = await signIn(`victim-${index}`);
    const [line, body] = lineOf(thief.id);
    await endOf(thief);
    const answer = await call(thief, line, body);
    assert.deepEqual([answer.status, answer.body.code], [401, 'unauthenticated']);
    const { rows } = await pool.query('select from plinth.api_keys where owner_id = $1', [
      thief.id,
    ]);
    assert.equal(rows.length, 0);
  });
}

test('a key of somebody whose session just ended is neither changed nor rotated', async () => {
  const thief = await signIn('keyed');
  const { body } = await call(thief, 'POST /api/v1/api-keys', key);
  await endOf(thief);
  const at = `/api/v1/api-keys/${body.id}`;
  assert.equal((await call(thief, `PATCH ${at}`, { enabled: true })).status, 401);
  assert.equal((await call(thief, `POST ${at}/rotate`)).status, 401);
});

const managing: [string, (id: string) => [string, unknown]][] = [
  ['raise themself', (id) => [`PATCH /api/v1/users/${id}`, { is_superuser: true }]],
  [
    'switch others off',
    () => ['POST /api/v1/users/bulk', { action: 'deactivate', ids: [root.id] }],
  ],
  [
    'make another',
    () => [
      'POST /api/v1/users/',
      { email: 'two@example.com', password: 'a ship in the harbour', is_superuser: true },
    ],
  ],
];

for (const [name, lineOf] of managing) {
  test(`who was a superuser a moment ago cannot ${name}`, async () => {
    const former = await signIn(`former ${name}`.replaceAll(' ', '-'));
    await unheard('users set is_superuser = true', former.id);
    const { access_token: token } = await ports.tokens.issue({
      user_id: former.id,
      session_id: former.session_id,
      superuser: true,
    });
    const [line, body] = lineOf(former.id);
    await unheard('users set is_superuser = false', former.id);
    const answer = await call({ ...former, token }, line, body);
    assert.deepEqual([answer.status, answer.body.code], [401, 'unauthenticated']);
    const { rows } = await pool.query(
      `select from plinth.users where (id = $1 and is_superuser) or email = 'two@example.com'
         or (id = $2 and not is_active)`,
      [former.id, root.id],
    );
    assert.equal(rows.length, 0);
  });
}

test('who raises themself again and again while they are demoted stays demoted', async () => {
  for (let round = 0; round < 5; round++) {
    const rival = await signIn(`rival-${round}`);
    const path = `PATCH /api/v1/users/${rival.id}`;
    await call('root', path, { is_superuser: true });
    const { token } = await signInAgain(rival);
    const lanes = [1, 2, 3].map(() =>
      call({ ...rival, token }, path, { is_superuser: true, is_active: true }),
    );
    const demoted = await call('root', path, { is_superuser: false, is_active: false });
    assert.equal(demoted.status, 200);
    await Promise.all(lanes);
    const { rows } = await pool.query(
      'select is_superuser, is_active from plinth.users where id = $1',
      [rival.id],
    );
    assert.deepEqual(rows, [{ is_superuser: false, is_active: false }]);
  }
});

/** A token that says what the account is now. */
async function signInAgain({ id, email }: Caller) {
  const { body } = await call(undefined, 'POST /api/v1/auth/login', { email, password });
  assert.equal(body.user.id, id);
  return { token: body.access_token as string };
}
