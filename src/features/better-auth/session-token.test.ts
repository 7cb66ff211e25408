/** Session tokens: the promises of who may come in with one, and for how long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { changed } from '#features/tokens/service.ts';
import { system } from '#kernel/principal.ts';
import { harness, password } from '#test/harness.ts';
import { openSessionTokens } from './principals.ts';
import { makeSessionToken, readSessionToken, sessionTokenPurpose } from './session-token.ts';

const { call, caller, ports, pool, advance, peer: openPeer } = await harness();
const { database } = ports;
const peer = openSessionTokens(await openPeer());

const as = (token: string, line: string, body?: unknown) =>
  call(undefined, line, body, { headers: { authorization: `Bearer ${token}` } });
const me = 'GET /api/v1/users/me';

/** A session token of a person, and the id of its session. */
async function signIn(name: string) {
  const { email } = await caller(name);
  const { body, headers } = await call(undefined, 'POST /api/auth/sign-in/email', {
    email,
    password,
  });
  assert.equal(headers['set-auth-token'], body.token);
  const key = ports.keyFor(sessionTokenPurpose);
  const claim = readSessionToken(key, body.token);
  return { token: body.token as string, session_id: claim?.session_id ?? '', key };
}

test('who asks costs one statement the first time, and none after that', async () => {
  const { token } = await signIn('ada');
  assert.deepEqual((await as(token, me)).statements, ['better-auth.use', 'users.byId']);
  assert.deepEqual((await as(token, me)).statements, ['users.byId']);
});

test('what each verb of a session costs', async () => {
  const { token } = await signIn('ada');
  await as(token, me);
  const costs: readonly [string, readonly string[]][] = [
    ['GET /api/auth/get-session', ['better-auth.current']],
    ['GET /api/auth/token', []],
    ['GET /api/auth/list-sessions', ['better-auth.list']],
    ['POST /api/auth/sign-out', ['sessions.end', 'audit.insert']],
    ['GET /api/auth/get-session', []],
    ['POST /api/auth/sign-out', []],
  ];
  for (const [line, statements] of costs) {
    assert.deepEqual((await as(token, line)).statements, statements, line);
  }
});

test('a forged or altered token is refused without a statement', async () => {
  const { token, session_id, key } = await signIn('ada');
  const { id: user_id } = await caller('bob');
  const claim = { session_id, user_id };
  const bytes = Buffer.from(token.slice(3), 'base64url');
  const swapped = Buffer.concat([
    bytes.subarray(16, 32),
    bytes.subarray(0, 16),
    bytes.subarray(32),
  ]);
  const last = token.at(-1) ?? '';
  const neighbour = String.fromCharCode(last.charCodeAt(0) + 1);
  for (const forged of [
    makeSessionToken(Buffer.alloc(32, 7), claim),
    `st_${Buffer.concat([bytes.subarray(0, 16), Buffer.alloc(16), bytes.subarray(32)]).toString('base64url')}`,
    `st_${swapped.toString('base64url')}`,
    `${token.slice(0, -1)}${neighbour}`, // the same bytes, in another spelling
    `${token}A`,
    token.slice(0, -1),
    token.slice(3),
    'st_',
  ]) {
    const { status, statements } = await as(forged, me);
    assert.deepEqual([status, statements], [401, []], forged);
  }
  const stranger = await as(makeSessionToken(key, claim), me);
  assert.equal(stranger.status, 401); // ours to the eye, but of nobody's session
  assert.equal((await as(token, me)).status, 200);
});

test('a session that expired, or was ended by hand, is refused', async () => {
  for (const change of ['expires_at = now()', 'ended_at = now()']) {
    const { token, session_id } = await signIn('ada');
    await pool.query(`update plinth.sessions set ${change} where id = $1`, [session_id]);
    assert.equal((await as(token, me)).status, 401, change);
  }
});

test('a session that expires while it is remembered is asked for again', async () => {
  const { token, session_id } = await signIn('ada');
  await pool.query(
    `update plinth.sessions set created_at = now() - interval '30 days' + interval '5 minutes'
     where id = $1`,
    [session_id],
  );
  assert.equal((await as(token, me)).status, 200);
  assert.deepEqual((await as(token, me)).statements, ['users.byId']);
  advance(6 * 60_000);
  assert.deepEqual((await as(token, me)).statements, ['better-auth.use', 'users.byId']);
  await pool.query('update plinth.sessions set expires_at = now() where id = $1', [session_id]);
  assert.equal((await as(token, me)).status, 401);
  advance(-6 * 60_000);
});

test('a session slides while it is used, thirty days at most, and tells its use', async () => {
  const { token, session_id } = await signIn('ada');
  const state = async () => {
    const { rows } = await pool.query(
      `select round(extract(epoch from expires_at - now()) / 86400)::int as days,
         last_used_at > now() - interval '1 minute' as lately
       from plinth.sessions where id = $1`,
      [session_id],
    );
    return rows[0];
  };
  await pool.query(
    `update plinth.sessions set expires_at = now() + interval '1 day', last_used_at = '2020-01-01',
       created_at = now() - interval '2 days' where id = $1`,
    [session_id],
  );
  await as(token, me);
  assert.deepEqual(await state(), { days: 7, lately: true });

  const old = await signIn('ada');
  await pool.query(
    `update plinth.sessions set created_at = now() - interval '28 days' where id = $1`,
    [old.session_id],
  );
  await as(old.token, me);
  const { rows } = await pool.query(
    `select expires_at = created_at + interval '30 days' as capped from plinth.sessions where id = $1`,
    [old.session_id],
  );
  assert.equal(rows[0].capped, true);
});

test('an account that is switched off is out, and one that is no superuser any more is none', async () => {
  const { token } = await signIn('root');
  const { id } = await caller('root');
  const list = 'GET /api/v1/audit-log';
  const change = async (column: string) => {
    await pool.query(`update plinth.users set ${column} = false where id = $1`, [id]);
    await changed(database.as(system), ports, id);
  };
  assert.equal((await as(token, list)).status, 200);
  await change('is_superuser');
  assert.equal((await as(token, list)).status, 403);
  await change('is_active');
  assert.equal((await as(token, list)).status, 401);
});

test('a token of a session that ended dies at once, here and at every other process', async () => {
  const { token } = await signIn('bob');
  assert.equal((await as(token, me)).status, 200);
  assert.ok(await peer.verify(token));
  await as(token, 'POST /api/v1/auth/logout');
  const { status, statements } = await as(token, me);
  assert.deepEqual([status, statements], [401, []]);
  await sleep(700); // until a peer has heard of what it was told without notifications
  assert.equal(await peer.verify(token), undefined);
});

test('while the database is away nobody is told that they are signed out, or signed out now', async () => {
  const { token } = await signIn('ada');
  const { confirm } = ports.revocations;
  const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  const lines = ['GET /api/auth/get-session', 'POST /api/auth/sign-out'];
  assert.equal((await as(token, me)).status, 200);
  Object.assign(ports.revocations, { confirm: () => Promise.reject(away) });
  for (const line of lines) assert.equal((await as(token, line)).status, 503, line);
  Object.assign(ports.revocations, { confirm });
  assert.ok((await as(token, 'GET /api/auth/get-session')).body.session);
});

test('an account with two-factor authentication is asked for a code', async () => {
  const { id, email } = await caller('kim');
  await pool.query('update plinth.users set two_factor_enabled = true where id = $1', [id]);
  const { status, body, headers } = await call(undefined, 'POST /api/auth/sign-in/email', {
    email,
    password,
  });
  assert.deepEqual([status, body.code], [401, 'TWO_FACTOR_REQUIRED']);
  assert.equal(headers['set-auth-token'], undefined);
});

test('the short sign-up answers a token for the paths that name their user', async () => {
  const { status, body } = await call(undefined, 'POST /api/auth/signup', {
    email: 'test@example.com',
    password: 'Quiet-rivers-41',
  });
  assert.equal(status, 200);
  const { user, token } = body;
  const task = await as(token, `POST /api/${user.id}/tasks`, { title: 'Test task' });
  assert.deepEqual([task.status, task.body.title], [201, 'Test task']);
});

test('what the client never sends is refused', async () => {
  const sent = { email: 'x@example.com', password, name: 'X', role: 'admin' };
  const { status, body } = await call(undefined, 'POST /api/auth/sign-up/email', sent);
  assert.deepEqual([status, body.errors[0].loc], [422, ['body', 'role']]);
});

test('who names a session that is not theirs, or none, is not told that it ended', async () => {
  const [bob, ada] = [await signIn('bob'), await signIn('ada')];
  for (const token of [ada.session_id, ada.token, 'nonsense']) {
    const { status, body } = await as(bob.token, 'POST /api/auth/revoke-session', { token });
    assert.deepEqual([status, body.code], [404, 'SESSION_NOT_FOUND']);
  }
  assert.equal((await as(ada.token, me)).status, 200);
});
