/** Logs: one line a request, and never a secret. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, password } from '#test/harness.ts';
import { errorLine, openLog } from './log.ts';

const lines: string[] = [];
const logTo = { write: (line: string) => void lines.push(line) };
const { call, caller, pool } = await harness({ logTo });
const { token, id } = await caller('ada');
const login = 'POST /api/v1/auth/login';

async function logged(work: () => Promise<unknown>) {
  lines.length = 0;
  await work();
  return lines.map((line) => JSON.parse(line));
}

test('a request is one line: who, what, how long, and what came of it', async () => {
  const headers = { 'x-request-id': 'trace-7' };
  const [line, ...others] = await logged(() =>
    call('ada', 'GET /api/v1/tasks?search=private', undefined, { headers }),
  );
  assert.equal(others.length, 0);
  const { time, duration_ms, ...rest } = line;
  assert.deepEqual(rest, {
    level: 'info',
    request_id: 'trace-7',
    method: 'GET',
    path: '/api/v1/tasks',
    status: 200,
    user_id: id,
    msg: 'request',
  });
  assert.match(time, /Z$/);
  assert.equal(typeof duration_ms, 'number');
});

test('neither passwords nor tokens nor hashes reach a line, whatever goes wrong', async () => {
  const all = await logged(async () => {
    await call(undefined, login, { email: 'ada@example.com', password });
    await call(undefined, login, { email: 'ada@example.com', password: 'wrong hunter2' });
    await call(undefined, login, `{"password":"${password}"`, {
      headers: { 'content-type': 'application/json' },
    });
    await call(undefined, `GET /api/v1/tasks?access_token=${token}`);
    await call('ada', 'GET /api/v1/users/me');
    await pool.query(
      'alter table plinth.users add constraint wrong check (email is null) not valid',
    );
    const broken = await call(undefined, 'POST /api/v1/auth/signup', {
      email: 'new@example.com',
      password,
    });
    assert.equal(broken.status, 500);
    assert.doesNotMatch(JSON.stringify(broken.body), /constraint|users|violates/);
    await pool.query('alter table plinth.users drop constraint wrong');
  });
  const text = JSON.stringify(all);
  assert.match(text, /request failed[\s\S]*/);
  assert.match(text, /"constraint":"wrong"/);
  for (const secret of [password, 'hunter2', token, 'argon2', 'new@example.com']) {
    assert.equal(text.includes(secret), false, secret);
  }
});

test('what is called a secret is not written even where somebody logs it', () => {
  const written: string[] = [];
  const log = openLog(
    { LOG_LEVEL: 'info', ENVIRONMENT: 'production' },
    { write: (line: string) => void written.push(line) },
  );
  log.info({
    password: 'hunter2',
    user: { token: 'hunter2', authorization: 'hunter2', name: 'ada' },
  });
  assert.doesNotMatch(written.join(), /hunter2/);
  assert.match(written.join(), /"name":"ada"/);
});

test('an error says what and where, its causes too, and not the row of the database', () => {
  const cause = Object.assign(new Error('inner'), {
    code: '23514',
    detail: 'Failing row (hunter2)',
  });
  const line = JSON.stringify(errorLine(new TypeError('outer', { cause })));
  assert.match(line, /"type":"TypeError"[\s\S]*"message":"outer"[\s\S]*"code":"23514"/);
  assert.doesNotMatch(line, /hunter2/);
  assert.deepEqual(errorLine('a word'), { message: 'a word' });
});

test('an address in a path is not written down', async () => {
  lines.length = 0;
  await call(undefined, 'POST /api/v1/password-recovery/somebody@example.com');
  const written = lines.join('');
  assert.match(written, /password-recovery/);
  assert.doesNotMatch(written, /somebody/);
});
