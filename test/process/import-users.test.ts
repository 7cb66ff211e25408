/** Bringing in the accounts of another system: their owners sign in as they did there. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { hash as argon2 } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { hashPassword as betterAuth } from 'better-auth/crypto';
import { openPool } from '#platform/db/open.ts';
import { run, startServer, temporaryFolder } from '../server-process.ts';
import { call, password } from './client.ts';
import { startedFolder } from './started-folder.ts';

const login = 'POST /api/v1/auth/login';
const pwdlib = { memoryCost: 65_536, timeCost: 3, parallelism: 4 };
const templateId = 'a3bb189e-8bf9-3888-9912-ace4e6543002';

const accounts = [
  {
    id: templateId,
    email: 'Passlib@example.com',
    full_name: 'Of the template',
    is_active: true,
    is_superuser: true,
    hashed_password: await bcrypt(password, 4),
  },
  { email: 'pwdlib@example.com', hashed_password: await argon2(password, pwdlib) },
  {
    id: 'x7GhQ2mPzR',
    email: 'better@example.com',
    name: 'Of Better Auth',
    emailVerified: true,
    createdAt: '2024-05-01T10:00:00.123Z',
    accounts: [{ providerId: 'credential', password: await betterAuth(password) }],
  },
  { email: 'ours@example.com', password_hash: await argon2(password) },
];
const lines = (values: readonly unknown[]) =>
  values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');

/** Runs the command to its end. */
async function importing(data: string, ...args: string[]) {
  const started = run({}, { data, command: ['import-users', ...args] });
  const { code } = await started.exited;
  const count = (label: string) => {
    const [, found] = new RegExp(`^ *(\\d+) {2}${label}`, 'm').exec(started.output()) ?? [];
    return Number(found);
  };
  return { code, count, output: started.output(), errors: started.errors() };
}

async function rowsOf(data: string): Promise<{ email: string; password_hash: string }[]> {
  const settings = { DATA_DIR: data, DB_POOL_SIZE: 1, DB_POOL_TIMEOUT: 10, DB_POOL_RECYCLE: 0 };
  const { pool, close } = await openPool(settings);
  const { rows } = await pool.query('select email, password_hash from plinth.users');
  await close();
  return rows;
}

suite('import-users', { concurrency: 2 }, () => {
  test('everybody signs in with the password they had, and it is hashed anew', async () => {
    const data = await startedFolder();
    const file = join(data, 'users.jsonl');
    writeFileSync(file, `\ufeff${lines(accounts)}\r\n\n`);
    const first = await importing(data, file);
    assert.deepEqual([first.code, first.errors], [0, '']);
    assert.deepEqual(
      [first.count('imported'), first.count('superusers there')],
      [accounts.length, 1],
    );

    const server = await startServer({}, { data });
    for (const { email } of accounts) {
      const { status, body } = await call(server, login, { body: { email, password } });
      assert.deepEqual([status, body.user?.is_superuser], [200, false], email);
      const wrong = { email, password: `${password}0` };
      assert.equal((await call(server, login, { body: wrong })).status, 401, email);
      if (email === 'Passlib@example.com') assert.equal(body.user.id, templateId);
      if (email === 'better@example.com') {
        const { full_name, is_verified, created_at } = body.user;
        assert.deepEqual(
          [full_name, is_verified, created_at],
          ['Of Better Auth', true, '2024-05-01T10:00:00.123Z'],
        );
      }
    }
    server.kill();
    await server.exited;
    for (const { email, password_hash } of await rowsOf(data)) {
      assert.match(password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/, email);
    }

    const again = await importing(data, file);
    assert.deepEqual(
      [again.code, again.count('imported'), again.count('already there')],
      [0, 0, accounts.length],
    );
  });

  test('superusers come in as such by wish', async () => {
    const data = await startedFolder();
    const file = join(data, 'users.jsonl');
    writeFileSync(file, lines(accounts));
    const { count } = await importing(data, file, '--with-superusers');
    assert.deepEqual([count('imported'), count('superusers there')], [accounts.length, 0]);
    const server = await startServer({}, { data });
    const body = { email: 'passlib@example.com', password };
    assert.equal((await call(server, login, { body })).body.user.is_superuser, true);
  });

  test('what cannot be read is told by its line and why, and the rest comes in', async () => {
    const data = await startedFolder();
    const file = join(data, 'users.jsonl');
    const secret = 'hunter2';
    const email = 'bad@example.com';
    const bad = [
      `{"email": "${email}", "password": "${secret}"`,
      secret,
      `"${secret}"`,
      'null',
      '[]',
      '{}',
      { email: null },
      { email: secret },
      { email: `${secret}@` },
      { email: [email] },
      { email: 'a\0@example.com' },
      { email, name: `${secret}\0` },
      { email, name: `${secret}\ud800` },
      { email, name: 'x'.repeat(300) },
      { email, name: 'x'.repeat(70_000) },
      { email, name: 'x'.repeat(500_000) },
      { email, hashed_password: secret },
      { email, hashed_password: 7 },
      { email, password: '$2b$31$abcdefghijklmnopqrstuud/5IuQmqhVO0kfNEbHJM.fJkPiliBzC' },
      { email, is_active: 'yes' },
      { email, accounts: secret },
    ];
    const broken = Buffer.concat([
      Buffer.from(`{"email": "${email}", "name": "`),
      Buffer.from([0xff]),
      Buffer.from('"}\n'),
    ]);
    const whole = Buffer.from(`${lines([accounts[0], ...bad, accounts[1]])}`);
    writeFileSync(file, Buffer.concat([broken, whole]));

    const report = join(data, 'refused.jsonl');
    const { code, count, output } = await importing(data, file, '--report', report);
    assert.equal(code, 1);
    assert.deepEqual([count('imported'), count('refused')], [2, bad.length + 1]);
    const told = readFileSync(report, 'utf8');
    const refusals = told
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      refusals.map(({ line }) => line),
      [1, ...bad.map((_, n) => n + 3)],
    );
    for (const { reason } of refusals) assert.match(reason, /^\w+ [^\n]+\.$/);
    assert.doesNotMatch(told + output, /hunter2|bad@example|\$2b/);

    const again = await importing(data, file, '--report', report);
    assert.deepEqual([again.count('imported'), again.count('already there')], [0, 2]);
    assert.equal(readFileSync(report, 'utf8'), told);
  });

  test('one that was killed half way goes on where it is begun again', async () => {
    const data = await startedFolder();
    const people = Array.from({ length: 600 }, (_, n) => ({ email: `p${n}@example.com` }));
    const half = run({}, { data, command: ['import-users', '-'] });
    half.type(`${lines(people.slice(0, 500))}\nthis is read once those are in\n`);
    await half.says(/Line 501: It is no JSON/);
    half.kill('SIGKILL');
    await half.exited;

    const file = join(data, 'users.jsonl');
    writeFileSync(file, lines(people));
    const { code, count } = await importing(data, file);
    assert.deepEqual(
      [code, count('imported'), count('already there'), count('without a password')],
      [0, 100, 500, 100],
    );
  });

  for (const [name, args, code, said] of [
    ['no file', [], 2, /import-users <file>/],
    ['two files', ['a', 'b'], 2, /import-users <file>/],
    ['an option there is not', ['a', '--force'], 2, /--force/],
    ['a file that is not there', ['a.jsonl'], 1, /^It cannot be opened: ENOENT[^\n]+\n$/],
  ] as const) {
    test(`${name} is refused with ${code}`, async () => {
      const { code: exit, errors } = await importing(temporaryFolder(), ...args);
      assert.equal(exit, code, errors);
      assert.match(errors, said);
    });
  }

  test('the file that is read is not written over by the report', async () => {
    const data = temporaryFolder();
    writeFileSync(join(data, 'users.jsonl'), lines(accounts));
    const { code } = await importing(data, 'users.jsonl', '--report', './users.jsonl');
    assert.equal(code, 1);
    assert.equal(readFileSync(join(data, 'users.jsonl'), 'utf8'), lines(accounts));
  });

  test('beside a server on the embedded database it is refused in a sentence', async () => {
    const data = await startedFolder();
    writeFileSync(join(data, 'users.jsonl'), lines(accounts));
    await startServer({}, { data });
    const { code, errors } = await importing(data, 'users.jsonl');
    assert.equal(code, 1);
    assert.match(errors, /^[^\n]+ in use by another process; stop that one[^\n]+\n$/);
  });
});
