/** Sessions that end are ended everywhere: two server processes on one database. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, password, signIn } from '../process/client.ts';
import { type Env, type Server, startServer } from '../server-process.ts';
import { bouncer } from './bouncer.ts';
import { ownedDatabase, sql } from './postgres.ts';

/** What the issue of a token promises its owner, with room for a busy machine. */
const promisedMs = 1_000;
const rounds = Number(process.env.REVOCATION_ROUNDS ?? 20);

const direct = (DATABASE_URL: string): Env => ({ DATABASE_URL });

/** @param between makes, of the address of the database, what servers are told of it */
async function pair(between: (url: string) => Env | Promise<Env> = direct) {
  const { url } = await ownedDatabase();
  const env = {
    ...(await between(url)),
    SECRET_KEY: 'one-key-for-all-processes-of-this-test',
    FIRST_SUPERUSER_PASSWORD: password,
    RATE_LIMIT_ENABLED: 'false',
  };
  const [one, two] = await Promise.all([startServer(env), startServer(env)]);
  return { one, two, url };
}

/** How long after the answer of logout-all the other process still believes the token, in ms. */
async function delay(here: Server, there: Server): Promise<number> {
  const { token } = await signIn(here);
  assert.equal((await call(there, 'GET /api/v1/users/me', { token })).status, 200);
  assert.equal((await call(here, 'POST /api/v1/auth/logout-all', { token })).status, 200);
  const since = performance.now();
  for (;;) {
    const asked = performance.now() - since;
    const { status } = await call(there, 'GET /api/v1/users/me', { token });
    if (status === 401) return asked;
    assert.ok(asked < promisedMs, `believed ${Math.round(asked)} ms after the answer`);
    await sleep(5);
  }
}

function report(t: test.TestContext, delays: number[]) {
  const sorted = delays.toSorted((one, other) => one - other);
  const [median, worst] = [sorted[sorted.length >> 1], sorted.at(-1)].map((ms) =>
    Math.round(ms ?? 0),
  );
  t.diagnostic(`${delays.length} rounds: median ${median} ms, worst ${worst} ms`);
}

test('after logout-all answers, the other process refuses within a second, always', async (t) => {
  const { one, two } = await pair();
  const delays: number[] = [];
  for (let round = 0; round < rounds; round++) {
    delays.push(round % 2 ? await delay(one, two) : await delay(two, one));
  }
  report(t, delays);
});

test('it does so while the notifications are cut', async (t) => {
  const { one, two, url } = await pair();
  const cut = setInterval(() => {
    sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'plinth listener' and datname = current_database()`,
      url,
    ).catch(() => {});
  }, 50);
  t.after(() => clearInterval(cut));
  const delays: number[] = [];
  for (let round = 0; round < rounds / 2; round++) delays.push(await delay(one, two));
  report(t, delays);
});

const pooled: readonly [string, (url: string) => Promise<Env>][] = [
  ['where a pooler lets no notification through', async (url) => pooledBy(await bouncer(url))],
  [
    'through a pooler, told of it on a connection beside that',
    async (url) => ({ ...pooledBy(await bouncer(url)), DATABASE_LISTEN_URL: url }),
  ],
];
const pooledBy = (DATABASE_URL: string) => ({ DATABASE_URL, DB_PREPARED_STATEMENTS: 'false' });

for (const [name, between] of pooled) {
  test(`it does so ${name}`, async (t) => {
    const { one, two } = await pair(between);
    const delays: number[] = [];
    for (let round = 0; round < rounds / 2; round++) delays.push(await delay(one, two));
    report(t, delays);
  });
}

test('a process that was stopped while it happened does not believe the token when it goes on', async () => {
  const { one, two } = await pair();
  const { token } = await signIn(one);
  assert.equal((await call(two, 'GET /api/v1/users/me', { token })).status, 200);
  two.kill('SIGSTOP');
  await call(one, 'POST /api/v1/auth/logout-all', { token });
  await sleep(promisedMs);
  two.kill('SIGCONT');
  assert.equal((await call(two, 'GET /api/v1/users/me', { token })).status, 401);
});
