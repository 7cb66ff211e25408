/** The configuration: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './config.ts';

const production = {
  ENVIRONMENT: 'production',
  SECRET_KEY: 'b1946ac92492d2347c6235b4d2611184',
  FIRST_SUPERUSER_PASSWORD: 'Hm2-pqw-71x',
};
const message = (env: Record<string, string>) => {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('nothing needs to be set in development', () => {
  const config = loadConfig({});
  assert.deepEqual(
    [config.PORT, config.ENVIRONMENT, config.DATA_DIR],
    [8000, 'development', './data'],
  );
});

test('numbers, flags and lists are read from text', () => {
  const config = loadConfig({
    PORT: '9000',
    RATE_LIMIT_ENABLED: 'false',
    CORS_ORIGINS: 'http://a.example, http://b.example',
    LOG_LEVEL: 'INFO',
  });
  assert.deepEqual(
    [config.PORT, config.RATE_LIMIT_ENABLED, config.CORS_ORIGINS, config.LOG_LEVEL],
    [9000, false, ['http://a.example', 'http://b.example'], 'info'],
  );
});

test('an empty variable is an unset one', () => {
  assert.equal(loadConfig({ PORT: '', DATABASE_URL: '' }).PORT, 8000);
});

test('every bad variable is named at once, and no value is shown', () => {
  const said = message({
    PORT: 'eighty',
    PUBLIC_URL: 'here',
    LOG_LEVEL: 'loud',
    ENVIRONMENT: 'test',
    CSP_MODE: 'lax',
    DB_POOL_SIZE: '0',
    DATABASE_URL: 'mysql://user:hunter2@db',
    SECRET_KEY: 'short-hunter2',
  });
  for (const name of [
    'PUBLIC_URL',
    'LOG_LEVEL',
    'ENVIRONMENT',
    'PORT',
    'CSP_MODE',
    'DB_POOL_SIZE',
    'DATABASE_URL',
    'SECRET_KEY',
  ]) {
    assert.equal(said.split('\n').filter((line) => line.trim().startsWith(name)).length, 1, said);
  }
  assert.match(said, /CSP_MODE must be one of strict, relaxed, disabled/);
  assert.doesNotMatch(said, /hunter2|eighty/);
});

test('production refuses what development makes up', () => {
  const said = message({ ENVIRONMENT: 'production' });
  assert.match(said, /SECRET_KEY must be set in production/);
  assert.match(said, /FIRST_SUPERUSER_PASSWORD must be set in production/);
  assert.equal(message(production), '');
});

for (const ENVIRONMENT of ['staging', 'production']) {
  test(`${ENVIRONMENT} keeps the policies`, () => {
    for (const DB_ROW_SECURITY of ['false', 'off', '0']) {
      const said = message({ ...production, ENVIRONMENT, DB_ROW_SECURITY });
      assert.match(said, /DB_ROW_SECURITY cannot be turned off/);
    }
  });
}

test('in development the policies can be turned off', () => {
  assert.equal(loadConfig({ DB_ROW_SECURITY: 'off' }).DB_ROW_SECURITY, false);
});

test('where limits are counted must be there', () => {
  assert.match(message({ RATE_LIMIT_STORE: 'redis' }), /RATE_LIMIT_STORE=redis needs REDIS_URL/);
  assert.match(message({ RATE_LIMIT_STORE: 'postgresql' }), /postgresql needs DATABASE_URL/);
  assert.equal(message({ RATE_LIMIT_STORE: 'redis', REDIS_URL: 'rediss://cache:6380/1' }), '');
});

test('a password for mail goes with a name, and outside development never unencrypted over a network', () => {
  const mail = {
    SMTP_HOST: 'mail.example.com',
    SMTP_USER: 'post',
    SMTP_PASSWORD: 'quite secret 7',
  };
  assert.match(message({ SMTP_USER: 'post' }), /SMTP_USER needs SMTP_PASSWORD/);
  assert.match(message({ SMTP_PASSWORD: 'quite secret 7' }), /SMTP_PASSWORD needs SMTP_USER/);
  const open = { ...mail, SMTP_TLS: 'false' };
  for (const [env, isRefused] of [
    [open, true],
    [{ ...open, SMTP_HOST: 'localhost.example.com' }, true],
    [{ ...open, SMTP_HOST: '127.0.0.1' }, false],
    [{ ...open, SMTP_HOST: 'localhost' }, false],
    [{ ...open, SMTP_SSL: 'true' }, false],
    [mail, false],
  ] as const) {
    const said = message({ ...production, ...env });
    assert.equal(said.includes('SMTP_PASSWORD would be sent'), isRefused, said);
    assert.doesNotMatch(said, /quite secret/);
  }
  assert.equal(message(open), '');
});

test('a limit is so many requests in so many seconds', () => {
  for (const RATE_LIMIT_LOGIN of ['20', '20/', '0/60', '20/0', '20 / 60', '-1/60', '1.5/60']) {
    assert.match(message({ RATE_LIMIT_LOGIN }), /RATE_LIMIT_LOGIN/, RATE_LIMIT_LOGIN);
  }
  assert.equal(message({ RATE_LIMIT_LOGIN: '5/1' }), '');
});

const placeholders = [
  'changethis-changethis-changethis-1',
  'your-secret-key-min-32-chars-change-in-production',
  'CHANGE_ME_CHANGE_ME_CHANGE_ME_CHANGE_ME',
  'a'.repeat(40),
];
for (const SECRET_KEY of placeholders) {
  test(`production refuses ${SECRET_KEY.slice(0, 20)}… as a secret`, () => {
    assert.match(message({ ...production, SECRET_KEY }), /SECRET_KEY is a well-known placeholder/);
  });
}

test('an origin is a scheme and a host, and never everybody', () => {
  for (const CORS_ORIGINS of ['*', 'example.com', 'https://a.example/path', 'https://*.example']) {
    assert.match(message({ CORS_ORIGINS }), /CORS_ORIGINS/, CORS_ORIGINS);
  }
});

test('the addresses of other tools are understood', () => {
  for (const scheme of ['postgres', 'postgresql', 'postgresql+asyncpg']) {
    assert.ok(loadConfig({ DATABASE_URL: `${scheme}://db/app` }).DATABASE_URL);
  }
});
