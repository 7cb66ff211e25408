/** Switching two-factor authentication on: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TOTP } from 'otpauth';
import { type Caller, harness, password } from '#test/harness.ts';

const { call, caller, signIn, ports, pool } = await harness();

const begin = 'POST /api/v1/auth/two-factor';
const confirm = 'POST /api/v1/auth/two-factor/confirm';
const renew = 'POST /api/v1/auth/two-factor/recovery-codes';
const switchOff = 'DELETE /api/v1/auth/two-factor';

/** The code an app shows. */
const codeOf = (secret: string) => new TOTP({ secret }).generate({ timestamp: ports.clock.now() });

test('it is on once the first code came back, and the account says so', async () => {
  const { body } = await call('ada', begin, { password });
  assert.match(body.secret, /^[A-Z2-7]{32}$/);
  assert.match(body.url, /^otpauth:\/\/totp\/Plinth:ada%40example.com\?issuer=Plinth&/);
  assert.equal((await call('ada', 'GET /api/v1/users/me')).body.two_factor_enabled, false);
  const { status, body: shown } = await call('ada', confirm, { code: codeOf(body.secret) });
  assert.deepEqual([status, shown.recovery_codes.length], [200, 10]);
  for (const code of shown.recovery_codes) assert.match(code, /^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
  assert.equal(new Set(shown.recovery_codes).size, 10);
  assert.equal((await call('ada', 'GET /api/v1/users/me')).body.two_factor_enabled, true);
  for (const [line, sent] of [
    [begin, { password }],
    [confirm, { code: codeOf(body.secret) }],
  ] as const) {
    assert.equal((await call('ada', line, sent)).body.code, 'two_factor_enabled');
  }
});

test('who begins again gets another secret, and the one before is gone', async () => {
  const { body: first } = await call('again', begin, { password });
  const { body: second } = await call('again', begin, { password });
  assert.notEqual(first.secret, second.secret);
  const old = await call('again', confirm, { code: codeOf(first.secret) });
  assert.deepEqual([old.status, old.body.code], [400, 'incorrect_code']);
  assert.equal((await call('again', confirm, { code: codeOf(second.secret) })).status, 200);
});

const refused = [
  ['a secret is given for no wrong password', begin, { password: 'wrong' }, 400, 'wrong_password'],
  [
    'nothing is confirmed that was not begun',
    confirm,
    { code: '123456' },
    409,
    'two_factor_not_begun',
  ],
  [
    'codes that are not on are not renewed',
    renew,
    { password, code: '123456' },
    409,
    'two_factor_not_enabled',
  ],
  [
    'what is not on is not switched off',
    switchOff,
    { password, code: '123456' },
    409,
    'two_factor_not_enabled',
  ],
  ['without a password nothing is switched off', switchOff, { code: '123456' }, 422, 'invalid'],
  ['without a code nothing is switched off', switchOff, { password }, 422, 'invalid'],
] as const;

for (const [name, line, body, status, code] of refused) {
  test(name, async () => {
    const answer = await call('bob', line, body);
    assert.deepEqual([answer.status, answer.body.code], [status, code]);
  });
}

test('an account without a password cannot begin', async () => {
  const { id } = await caller('external');
  await pool.query('update plinth.users set password_hash = null where id = $1', [id]);
  assert.equal((await call('external', begin, { password })).body.code, 'no_password');
});

test('confirming ends the other sessions, and not the one that asks', async () => {
  const [here, thief] = [await signIn('kim'), await signIn('kim')];
  const { body } = await call(here, begin, { password });
  assert.equal((await call(here, confirm, { code: codeOf(body.secret) })).status, 200);
  const alive = async (who: Caller) => (await call(who, 'GET /api/v1/users/me')).status;
  assert.deepEqual([await alive(here), await alive(thief)], [200, 401]);
});

test('of many that confirm at once, one is shown codes', async () => {
  const { secret } = (await call('race', begin, { password })).body;
  const code = codeOf(secret);
  const answers = await Promise.all([1, 2, 3, 4].map(() => call('race', confirm, { code })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409]);
  const { id } = await caller('race');
  const { rows } = await pool.query('select from plinth.recovery_codes where user_id = $1', [id]);
  assert.equal(rows.length, 10);
});

test('passwords cannot be guessed at either', async () => {
  const wrong = { password: 'not this one' };
  for (let n = 0; n < 5; n++) assert.equal((await call('pass', begin, wrong)).status, 400);
  const answer = await call('pass', begin, { password });
  assert.deepEqual([answer.status, Number(answer.headers['retry-after']) > 0], [429, true]);
});
