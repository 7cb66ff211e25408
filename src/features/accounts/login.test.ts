/** Signing in: the promises about who guesses, what is written down, and what is asked beside a password. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { Secret, TOTP } from 'otpauth';
import { harness, password } from '#test/harness.ts';

const { call, caller, pool } = await harness();
const login = 'POST /api/v1/auth/login';
/** The first pause, and a little more. */
const pauseMs = 1_100;

const from = (remoteAddress: string) => ({ remoteAddress });
const enter = (email: string, given: string, address = '127.0.0.1', more = {}) =>
  call(undefined, login, { email, password: given, ...more }, from(address));

async function refusals() {
  const { rows } = await pool.query(
    `select target_id, address, detail, outcome from plinth.audit_log
      where action = 'session.refused' order by created_at, id`,
  );
  return rows;
}

test('who guesses must wait, and the owner elsewhere need not', async () => {
  const { email } = await caller('slow');
  const thief = '198.51.100.9';
  for (let n = 0; n < 5; n++) assert.equal((await enter(email, `guess ${n}`, thief)).status, 401);
  const before = await refusals();
  const waits = await enter(email, password, thief);
  assert.deepEqual([waits.status, waits.statements], [429, []]);
  assert.ok(Number(waits.headers['retry-after']) >= 1);
  assert.deepEqual(await refusals(), before, 'a flood writes nothing');
  assert.equal((await enter(email, password)).status, 200);
  await sleep(pauseMs);
  assert.equal((await enter(email, password, thief)).status, 200);
});

test('many guesses at once are no way round', async () => {
  const { email } = await caller('burst');
  const guesses = Array.from({ length: 30 }, (_, n) => enter(email, `guess ${n}`, '198.51.100.8'));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  assert.ok(statuses.filter((status) => status === 401).length <= 5, String(statuses));
});

test('an account that is guessed at from many networks stays open where its owner was seen', async () => {
  const { email } = await caller('hunted');
  const home = '2001:db8:1:2::3';
  assert.equal((await enter(email, password, home)).status, 200);
  const guesses = Array.from({ length: 50 }, (_, n) => enter(email, 'guess', `203.0.113.${n}`));
  await Promise.all(guesses);
  const stranger = await enter(email, password, '203.0.113.200');
  assert.deepEqual([stranger.status, stranger.statements], [429, ['accounts.addresses']]);
  const neighbour = await enter(email, password, '2001:db8:1:2::4');
  assert.equal(neighbour.status, 200, 'the same network by another address');
});

test('one who tries a password on many accounts is stopped', async () => {
  const sprayer = '198.51.100.77';
  const tries = Array.from({ length: 100 }, (_, n) =>
    enter(`person${n}@example.com`, 'Summer2026!', sprayer),
  );
  for (const { status } of await Promise.all(tries)) assert.equal(status, 401);
  assert.equal((await enter('another@example.com', 'Summer2026!', sprayer)).status, 429);
});

test('who asks about many addresses that are taken is stopped, and keeps nobody from signing in', async () => {
  const { email } = await caller('neighbour');
  const prober = '198.51.100.78';
  const ask = () =>
    call(undefined, 'POST /api/v1/auth/signup', { email, password }, { remoteAddress: prober });
  const answers = await Promise.all(Array.from({ length: 101 }, ask));
  const statuses = answers.map(({ status }) => status);
  assert.deepEqual(
    [statuses.filter((status) => status === 409).length, statuses.at(-1)],
    [100, 429],
  );
  assert.equal((await enter(email, password, prober)).status, 200);
});

test('what is refused is written down, with and without an account, and never what was typed', async () => {
  const { id, email } = await caller('told');
  const before = (await refusals()).length;
  const wrong = await enter(email, 'typed by mistake');
  const missing = await enter('typed.by.mistake@example.com', 'typed by mistake');
  assert.deepEqual(wrong.statements, missing.statements);
  const written = (await refusals()).slice(before);
  const expected = { address: '127.0.0.1', detail: { reason: 'wrong_credentials' } };
  assert.deepEqual(written, [
    { target_id: id, outcome: 'failure', ...expected },
    { target_id: null, outcome: 'failure', ...expected },
  ]);
});

test('a session is told of with its owner', async () => {
  const { id, email } = await caller('opened');
  const { body } = await enter(email, password);
  const [, claims = ''] = body.access_token.split('.');
  const { sid } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const { rows } = await pool.query(
    `select actor_id, outcome from plinth.audit_log
      where action = 'session.opened' and target_id = $1`,
    [sid],
  );
  assert.deepEqual(rows, [{ actor_id: id, outcome: 'success' }]);
});

test('a password that was hashed elsewhere opens the account, and is hashed as ours are', async () => {
  const { id, email } = await caller('moved');
  const setHash = async (stored: string) =>
    pool.query('update plinth.users set password_hash = $2 where id = $1', [id, stored]);
  await setHash(await bcrypt(password, 6));
  assert.equal((await enter(email, 'not this one')).status, 401);
  const answers = await Promise.all([1, 2, 3, 4].map(() => enter(email, password)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  const { rows } = await pool.query('select password_hash from plinth.users where id = $1', [id]);
  assert.match(rows[0].password_hash, /^\$argon2id\$/);
  const { statements } = await enter(email, password);
  assert.deepEqual(statements, ['users.byEmail', 'sessions.insert']);
});

test('an account that is switched off costs one row, and is told so with its password alone', async () => {
  const { id, email } = await caller('off');
  await pool.query('update plinth.users set is_active = false where id = $1', [id]);
  const { status, statements } = await enter(email, password);
  assert.deepEqual([status, statements], [403, ['users.byEmail', 'audit.insert']]);
});

/** A person who switched two-factor authentication on. */
async function guarded(name: string) {
  const person = await caller(name);
  const { body } = await call(name, 'POST /api/v1/auth/two-factor', { password });
  const totp = new TOTP({ secret: Secret.fromBase32(body.secret) });
  const codeIn = (ms: number) => totp.generate({ timestamp: Date.now() + elapsedMs + ms });
  const confirmed = await call(name, 'POST /api/v1/auth/two-factor/confirm', { code: codeIn(0) });
  assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body));
  return { ...person, codeIn };
}
const elapsedMs = pauseMs;

test('where a code is asked for, only who knows the password learns of it', async () => {
  const { email, codeIn } = await guarded('coded');
  const code = codeIn(30_000);
  const cases = [
    ['wrong password', 'wrong', {}, 401, 'wrong_credentials'],
    ['wrong password, right code', 'wrong', { code }, 401, 'wrong_credentials'],
    ['no code', password, {}, 401, 'two_factor_required'],
    ['wrong code', password, { code: '000000' }, 401, 'wrong_code'],
  ] as const;
  for (const [name, given, more, status, problem] of cases) {
    const answer = await enter(email, given, '198.51.100.40', more);
    assert.deepEqual([answer.status, answer.body.code], [status, problem], name);
    assert.ok(!answer.statements.includes('sessions.insert'), name);
  }
  assert.equal((await enter(email, password, '198.51.100.40', { code })).status, 200);
  const reasons = (await refusals()).slice(-4).map(({ detail }) => detail.reason);
  assert.deepEqual(reasons, [
    'wrong_credentials',
    'wrong_credentials',
    'two_factor_required',
    'wrong_code',
  ]);
});

test('the right password alone does not end the pause of who guesses codes', async () => {
  const { email } = await guarded('patient');
  for (let n = 0; n < 5; n++) {
    const { status } = await enter(email, password, '198.51.100.41', { code: '000000' });
    assert.equal(status, 401);
  }
  assert.equal((await enter(email, password, '198.51.100.41', { code: '000000' })).status, 429);
});

test('the form takes a code too', async () => {
  const { email, codeIn } = await guarded('formal');
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  const path = 'POST /api/v1/login/access-token';
  const send = (more: Record<string, string>) =>
    call(
      undefined,
      path,
      new URLSearchParams({ username: email, password, ...more }).toString(),
      form,
    );
  assert.equal((await send({})).body.code, 'two_factor_required');
  assert.equal((await send({ code: codeIn(30_000) })).status, 200);
});
