/** What the server makes at its first start, what it says of it, and to whom. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, startServer, temporaryFolder } from '../server-process.ts';
import { call } from './client.ts';

const human = { LOG_FORMAT_JSON: 'false' };
const email = 'admin@example.com';

test('the first start shows the superuser and its password once, and the second one no more', async () => {
  const data = temporaryFolder();
  const first = await startServer(human, { data });
  const [, password = ''] = await first.says(/Password\s+(\S+)/);
  const login = 'POST /api/v1/auth/login';
  const { status, body } = await call(first, login, { body: { email, password } });
  assert.equal(status, 200);
  assert.equal(body.user.is_superuser, true);
  assert.equal(first.output().split(password).length, 2, 'it is written once');
  first.kill();
  await first.exited;

  const second = await startServer(human, { data });
  assert.equal(second.output().includes(password), false);
  assert.doesNotMatch(second.output(), /Password/);
  assert.equal((await call(second, login, { body: { email, password } })).status, 200);
  second.kill();
  await second.exited;

  const holding = globSync('**/*', { cwd: data, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(password));
  assert.deepEqual(holding, [], 'no file keeps it');
});

test('the banner says the addresses, the database and the superuser', async () => {
  const data = temporaryFolder();
  const server = await startServer(human, { data });
  await server.says(/Password/);
  const block = server.output();
  for (const path of ['/api/v1', '/docs', '/health']) {
    assert.ok(block.includes(`${server.url}${path}\n`), path);
  }
  assert.ok(block.includes(`PostgreSQL embedded in ${data}\n`));
  assert.match(block, /Superuser\s+admin@example\.com\n/);
  assert.match(block, /Plinth \d+\.\d+\.\d+, development/);
});

test('what the server keeps is open to its own user only', async () => {
  const data = join(temporaryFolder(), 'kept');
  const given = temporaryFolder();
  const server = await startServer({ DATA_DIR: data }, { data: given });
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  assert.equal(mode(data), '700');
  assert.equal(mode(join(data, 'database')), '700');
  assert.equal(mode(join(data, 'secret_key')), '600');
  const secret = readFileSync(join(data, 'secret_key'), 'utf8').trim();
  assert.ok(secret.length >= 32);
  assert.equal(server.output().includes(secret), false);
});

test('where logs are JSON, the made-up password is shown once beside them', async () => {
  const server = await startServer();
  const [, password = ''] = await server.says(/Password of admin@example\.com: (\S+)/);
  const body = { email, password };
  assert.equal((await call(server, 'POST /api/v1/auth/login', { body })).status, 200);
  assert.equal(server.output().split(password).length, 2, 'it is written once');
  assert.equal(server.errors().includes(password), true);
});

test('a password never reaches the JSON log, whoever sends it', async () => {
  const given = 'Kz7-first-superuser-9q';
  const wrong = 'Wr0ng-and-secret-too';
  const server = await startServer({ FIRST_SUPERUSER_PASSWORD: given, LOG_LEVEL: 'trace' });
  for (const password of [given, wrong]) {
    await call(server, 'POST /api/v1/auth/login', { body: { email, password } });
  }
  await call(server, 'POST /api/v1/auth/signup', {
    body: { email, password: given, extra: wrong },
  });
  await server.says(/"path":"\/api\/v1\/auth\/signup"/);
  server.kill();
  await server.exited;
  assert.equal(server.output().includes(given), false);
  assert.equal(server.output().includes(wrong), false);
  for (const line of server.output().trim().split('\n')) assert.ok(JSON.parse(line).time, line);
});

test('a first start that was killed half way is begun again', async () => {
  for (const laterMs of [0, 300]) {
    const data = temporaryFolder();
    const first = run({}, { data });
    while (!existsSync(join(data, 'database/postgres'))) await sleep(5);
    await sleep(laterMs);
    first.kill('SIGKILL');
    await first.exited;
    const second = await startServer({}, { data });
    second.kill('SIGKILL');
    await second.exited;
  }
});
