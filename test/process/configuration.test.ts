/** A wrong configuration: everything that is wrong at once, and no value of it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { type Env, root, run, start, startServer } from '../server-process.ts';
import { call } from './client.ts';
import { startedFolder } from './started-folder.ts';

/** What a start that is refused says. */
async function refusal(env: Env, data?: string) {
  const started = run(env, data === undefined ? {} : { data });
  assert.deepEqual(await started.exited, { code: 1, signal: null });
  assert.doesNotMatch(started.output(), /\n\s+at /, 'sentences, and no stack');
  return started.output();
}

suite('a wrong configuration', { concurrency: 3 }, () => {
  test('every bad variable is named at once, and no value is shown', async () => {
    const bad = {
      PORT: 'portal',
      DB_POOL_SIZE: '0',
      CSP_MODE: 'tightest',
      DATABASE_URL: 'mysql://keeper:hunter2@127.0.0.1/app',
      LOG_LEVEL: 'loudest',
      RATE_LIMIT_ENABLED: 'perhaps',
      SECRET_KEY: 'short-secret',
      PUBLIC_URL: 'gopher.example',
    };
    const said = await refusal(bad);
    for (const [name, value] of Object.entries(bad)) {
      assert.match(said, new RegExp(`^  ${name} `, 'm'));
      assert.ok(!said.includes(value) || value.length < 3, `${name} is shown`);
    }
    assert.doesNotMatch(said, /hunter2/);
    assert.equal(said.trim().split('\n').length, 1 + Object.keys(bad).length, said);
  });

  test('production refuses to start without its secrets', async () => {
    const said = await refusal({ ENVIRONMENT: 'production' });
    assert.match(said, /SECRET_KEY must be set in production/);
    assert.match(said, /FIRST_SUPERUSER_PASSWORD must be set in production/);
  });

  test('production refuses secrets that stand in tutorials, and does not repeat them', async () => {
    const secrets = {
      SECRET_KEY: 'change-me-change-me-change-me-change-me',
      FIRST_SUPERUSER_PASSWORD: 'password123',
    };
    const said = await refusal({ ENVIRONMENT: 'production', ...secrets });
    assert.match(said, /SECRET_KEY is a well-known placeholder/);
    assert.match(said, /FIRST_SUPERUSER_PASSWORD is a well-known placeholder/);
    for (const secret of Object.values(secrets)) assert.equal(said.includes(secret), false);
  });

  for (const [title, env] of Object.entries({
    'a proxy that is no network': { TRUSTED_PROXIES: 'the-proxy' },
    'an address that is none of this machine': { HOST: '203.0.113.7' },
    'a host that has no address': { HOST: 'nowhere.invalid' },
    'a database address that cannot be read': { DATABASE_URL: 'postgres://a:hunter2@[::1/app' },
    'a data folder that cannot be made': { DATA_DIR: '/dev/null/data' },
  })) {
    test(`${title} is refused in a sentence`, async () => {
      const said = await refusal(env, await startedFolder());
      assert.equal(said.trim().split('\n').length <= 2, true, said);
      assert.doesNotMatch(said, /hunter2/);
    });
  }

  test('a .env file is read in development, and not in production', async () => {
    const data = await startedFolder();
    writeFileSync(join(data, '.env'), 'PROJECT_NAME="From the file"\nHSTS_MAX_AGE=soon\n');
    assert.match(await refusal({}, data), /HSTS_MAX_AGE/);
    assert.doesNotMatch(await refusal({ ENVIRONMENT: 'production' }, data), /HSTS_MAX_AGE/);

    writeFileSync(join(data, '.env'), 'PROJECT_NAME="From the file"\n');
    const server = await startServer({}, { data });
    assert.equal((await call(server, 'GET /')).body.name, 'From the file');
  });
});

test('a command that is not there, and one that is told too much, are said so', async () => {
  for (const [args, code, sentence] of [
    [['frobnicate'], 2, /^There is no command frobnicate\.$/m],
    [['serve', 'now'], 1, /^serve takes no arguments, and not now\.$/m],
  ] as const) {
    const started = start(process.execPath, [join(root, 'plinth.js'), ...args]);
    assert.deepEqual(await started.exited, { code, signal: null });
    assert.match(started.output(), sentence);
  }
});
