/** Two-factor: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { TOTP } from 'otpauth';
import { system } from '#kernel/principal.ts';
import { harness, password } from '#test/harness.ts';
import { check } from './service.ts';

const lines: string[] = [];
const server = await harness({ logTo: { write: (line: string) => void lines.push(line) } });
const { call, caller, ports, pool, advance } = server;
const db = ports.database.as(system, { address: '192.0.2.7', userAgent: null, requestId: null });

const begin = 'POST /api/v1/auth/two-factor';
const confirm = 'POST /api/v1/auth/two-factor/confirm';
const renew = 'POST /api/v1/auth/two-factor/recovery-codes';
const switchOff = 'DELETE /api/v1/auth/two-factor';

const stepMs = 30_000;
/** The code an app shows, by a clock that is off by so many steps. */
const codeOf = (secret: string, steps = 0) =>
  new TOTP({ secret }).generate({ timestamp: ports.clock.now() + steps * stepMs });
/** A code that is right at none of the steps that count. */
function wrongCodeOf(secret: string) {
  const right = [-2, -1, 0, 1, 2].map((steps) => codeOf(secret, steps));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find(
    (code) => !right.includes(code),
  ) as string;
}
const checked = (user_id: string, code?: string) =>
  check(db, ports, user_id, code).then(
    () => 'taken',
    (error) => error.kind?.code ?? error,
  );

/** A person who has switched it on, a step ago: the next code is there. */
async function enrolled(name: string) {
  const { id } = await caller(name);
  const { secret } = (await call(name, begin, { password })).body;
  const answer = await call(name, confirm, { code: codeOf(secret) });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  advance(stepMs);
  return { id, secret, codes: answer.body.recovery_codes as string[] };
}

test('a code is asked for where none came, and no guess is counted', async () => {
  const { id } = await enrolled('asked');
  for (let n = 0; n < 10; n++) assert.equal(await checked(id), 'two_factor_required');
});

test('a code is taken once, and the one that confirmed was taken', async () => {
  const { id, secret } = await enrolled('once');
  assert.equal(await checked(id, codeOf(secret, -1)), 'wrong_code');
  assert.equal(await checked(id, codeOf(secret)), 'taken');
  assert.equal(await checked(id, codeOf(secret)), 'wrong_code');
});

test('of a code that is brought many times at once, one passes', async () => {
  const { id, secret } = await enrolled('parallel');
  for (let round = 0; round < 5; round++) {
    const code = codeOf(secret);
    const answers = await Promise.all([1, 2, 3].map(() => checked(id, code)));
    assert.deepEqual(answers.sort(), ['taken', 'wrong_code', 'wrong_code']);
    advance(stepMs * 2);
  }
});

test('a clock may be a step off, not two', async () => {
  const { id, secret } = await enrolled('drift');
  advance(10 * stepMs);
  assert.equal(await checked(id, codeOf(secret, -2)), 'wrong_code');
  assert.equal(await checked(id, codeOf(secret, 2)), 'wrong_code');
  assert.equal(await checked(id, codeOf(secret, -1)), 'taken');
  assert.equal(await checked(id, codeOf(secret, 1)), 'taken');
  assert.equal(await checked(id, codeOf(secret)), 'wrong_code', 'older than one that was taken');
});

test('a code may be typed with a space', async () => {
  const { id, secret } = await enrolled('space');
  assert.equal(await checked(id, codeOf(secret).replace(/^.../, '$& ')), 'taken');
});

test('a code of somebody else is none', async () => {
  const [{ codes }, other] = [await enrolled('hers'), await enrolled('his')];
  assert.equal(await checked(other.id, codes[0]), 'wrong_code');
  assert.equal(await checked((await caller('nobody')).id, '123456'), 'wrong_code');
});

test('a recovery code is good once, however it is written', async () => {
  const { id, codes } = await enrolled('lost');
  const [first = '', second = '', third = ''] = codes;
  assert.equal(await checked(id, first), 'taken');
  assert.equal(await checked(id, first), 'wrong_code');
  assert.equal(await checked(id, second.toUpperCase().replaceAll('-', ' ')), 'taken');
  const answers = await Promise.all([third, third, third].map((code) => checked(id, code)));
  assert.deepEqual(answers.sort(), ['taken', 'wrong_code', 'wrong_code']);
  const { rows } = await pool.query('select from plinth.recovery_codes where user_id = $1', [id]);
  assert.equal(rows.length, 7);
});

test('guessing is slowed, and who guesses the right code too early is not let in', async () => {
  const { id, secret } = await enrolled('guessed');
  const wrong = wrongCodeOf(secret);
  for (let n = 0; n < 5; n++) assert.equal(await checked(id, wrong), 'wrong_code');
  assert.equal(await checked(id, codeOf(secret)), 'too_many_requests');
  await sleep(1_100); // the first pause, and a little more
  assert.equal(await checked(id, codeOf(secret)), 'taken');
});

test('new recovery codes put an end to the old', async () => {
  const { id, secret, codes } = await enrolled('renew');
  const proof = { password, code: codeOf(secret) };
  const wrong = await call('renew', renew, { ...proof, password: 'wrong' });
  assert.equal(wrong.body.code, 'wrong_password');
  const { status, body } = await call('renew', renew, proof);
  assert.deepEqual([status, body.recovery_codes.length], [200, 10]);
  assert.equal(await checked(id, codes[0]), 'wrong_code');
  assert.equal(await checked(id, body.recovery_codes[0]), 'taken');
  assert.equal(
    (await call('renew', renew, proof)).body.code,
    'incorrect_code',
    'a code used before',
  );
});

test('of two that renew at once, the codes of one are good', async () => {
  const { id, codes } = await enrolled('twice');
  const answers = await Promise.all(
    codes.slice(0, 4).map((code) => call('twice', renew, { password, code })),
  );
  assert.ok(answers.some(({ status }) => status === 200));
  const { rows } = await pool.query('select from plinth.recovery_codes where user_id = $1', [id]);
  assert.equal(rows.length, 10);
});

test('switched off, it is as if it had never been on, by a recovery code too', async () => {
  const { id, codes } = await enrolled('off');
  assert.equal((await call('off', switchOff, { password, code: '000000' })).status, 400);
  assert.equal((await call('off', switchOff, { password, code: codes[0] })).status, 200);
  assert.equal((await call('off', 'GET /api/v1/users/me')).body.two_factor_enabled, false);
  for (const table of ['authenticators', 'recovery_codes']) {
    const { rows } = await pool.query(`select from plinth.${table} where user_id = $1`, [id]);
    assert.equal(rows.length, 0);
  }
  await enrolled('off');
});

test('switching it off proves both, and changes all in one transaction', async () => {
  const { id, secret, codes } = await enrolled('cost');
  const { statements } = await call('cost', switchOff, { password, code: codeOf(secret) });
  assert.deepEqual(statements, [
    'users.withHash',
    'two-factor.secret',
    'two-factor.takeStep',
    'two-factor.disable',
    'two-factor.dropAuthenticator',
    'two-factor.dropRecoveryCodes',
    'audit.insert',
    'mail.insert',
  ]);
  assert.equal(await checked(id, codes[0]), 'wrong_code');
});

test('changes and wrong codes are told in the audit log, and changes by letter', async () => {
  const { id, secret, codes } = await enrolled('told');
  await checked(id, wrongCodeOf(secret));
  await checked(id, codes[0]);
  await call('told', renew, { password, code: codes[1] });
  await call('told', switchOff, { password, code: codeOf(secret) });
  await call('told', switchOff, { password: 'wrong', code: '123456' });
  const { rows } = await pool.query(
    'select action, outcome from plinth.audit_log where target_id = $1 order by created_at, id',
    [id],
  );
  const told = rows.map(({ action, outcome }) => `${action} ${outcome}`);
  for (const expected of [
    'two_factor.enabled success',
    'two_factor.checked failure',
    'recovery_code.used success',
    'recovery_codes.renewed success',
    'two_factor.disabled success',
    'password.checked failure',
  ]) {
    assert.ok(told.includes(expected), `${expected} in ${told}`);
  }
  const { rows: letters } = await pool.query(
    `select subject from plinth.emails where recipient = 'told@example.com' order by created_at, id`,
  );
  assert.deepEqual(
    letters.map(({ subject }) => subject),
    ['Two-factor authentication is on', 'Two-factor authentication is off'],
  );
});

test('secrets and codes lie nowhere in the clear, and no log line or later answer has them', async () => {
  const { id, secret, codes } = await enrolled('quiet');
  const [first = '', ...others] = codes;
  const secrets = [secret, ...codes, ...codes.map((code) => code.replaceAll('-', ''))];
  const seen = [
    await call('quiet', 'GET /api/v1/users/me'),
    await call('quiet', begin, { password }),
  ];
  assert.equal(await checked(id, first), 'taken');
  for (const table of ['authenticators', 'recovery_codes', 'audit_log', 'emails', 'users']) {
    const { rows } = await pool.query(`select * from plinth.${table}`);
    seen.push(rows as never);
  }
  const everything = JSON.stringify(seen) + lines.join('');
  for (const each of secrets) assert.ok(!everything.includes(each), each);
  assert.equal(others.length, 9);
  assert.ok(lines.length > 0);
});
