/** The database away, at the start and under load: said, waited for, and never the end of the process. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, signIn } from '../process/client.ts';
import { type Env, ready, run, type Server, startServer } from '../server-process.ts';
import { load } from './load.ts';
import { adminUrl, freePort, ownPostgres } from './postgres.ts';

const poolTimeoutMs = 2_000;
/** What a busy machine may add to it. */
const slackMs = 8_000;

/** The server in front of a PostgreSQL that a test may stop. */
async function serverOnOwn(more: Env = {}) {
  const postgres = await ownPostgres();
  const running = await postgres.run();
  const env = { DATABASE_URL: postgres.url, DB_POOL_TIMEOUT: `${poolTimeoutMs / 1000}`, ...more };
  const server = await startServer(env);
  return { postgres, running, server, person: await signIn(server) };
}

const recovered = async (server: Server, token: string) => {
  for (const until = Date.now() + 30_000; ; await sleep(100)) {
    const { status } = await call(server, 'POST /api/v1/tasks', { token, body: { title: 'back' } });
    if (status === 201) return;
    assert.ok(Date.now() < until, `still ${status}`);
  }
};

suite('a database that is away', { concurrency: 3 }, () => {
  test('a server that starts before its database says so, waits with backoff, and starts when it comes', async () => {
    const postgres = await ownPostgres();
    const started = run({ DATABASE_URL: postgres.url });
    const pauses: number[] = [];
    for (let count = 1; count <= 3; count++) {
      const said = `(?:does not answer[^\\n]*trying again in ([\\d.]+) s[\\s\\S]*?){${count}}`;
      const [, pause] = await started.says(new RegExp(said));
      pauses.push(Number(pause));
    }
    assert.deepEqual(
      pauses,
      pauses.toSorted((a, b) => a - b),
    );
    assert.ok(pauses[2] !== pauses[0], 'it asks less and less often');
    assert.equal(started.output().includes(new URL(postgres.url).password), false);
    await postgres.run();
    const server = await ready(started);
    assert.equal((await signIn(server)).token.length > 0, true);
  });

  test('a server that waits for its database stops when it is told to', async () => {
    const started = run({ DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/none` });
    await started.says(/trying again in 2 s/);
    const toldAt = performance.now();
    started.kill();
    assert.deepEqual(await started.exited, { code: 0, signal: null });
    assert.ok(performance.now() - toldAt < slackMs);
    assert.doesNotMatch(started.output(), /\n\s+at /);
  });

  test('a refused password and an unknown database are one sentence, and are not tried again', async () => {
    const postgres = await ownPostgres();
    await postgres.run();
    const password = new URL(postgres.url);
    password.password = 'not-the-password';
    const unknown = new URL(adminUrl());
    unknown.pathname = '/no_such_database';
    for (const [url, why] of [
      [password, /password authentication failed/],
      [unknown, /"no_such_database" does not exist/],
    ] as const) {
      const started = run({ DATABASE_URL: url.href });
      assert.deepEqual(await started.exited, { code: 1, signal: null });
      const lines = started.output().trim().split('\n');
      assert.equal(lines.length, 1, started.output());
      assert.match(lines[0] ?? '', why);
      assert.doesNotMatch(started.output(), /not-the-password|trying again/);
    }
  });

  for (const [manner, signal] of [
    ['at once', 'SIGQUIT'],
    ['orderly', 'SIGINT'],
    ['by SIGKILL', 'SIGKILL'],
  ] as const) {
    test(`a database that is stopped ${manner} under load: 503 at worst, and back without a restart`, async (t) => {
      const { postgres, running, server, person } = await serverOnOwn();
      const requests = load(server, person);
      await sleep(1_000);
      running.kill(signal);
      await running.exited;
      await sleep(1_500);

      const health = await call(server, 'GET /health');
      assert.equal(health.status, 503);
      assert.equal(health.body.status, 'unhealthy');
      assert.equal(health.body.database.status, 'unhealthy');
      assert.equal((await call(server, 'GET /readyz')).status, 503);
      assert.equal((await call(server, 'GET /livez')).status, 200);

      await postgres.run();
      await recovered(server, person.token);
      await sleep(1_000);
      const answers = await requests.end();
      assert.equal((await call(server, 'GET /readyz')).status, 200);

      const away = answers.filter(({ status }) => status === 503);
      assert.ok(away.length > 0, 'the load met the fault');
      for (const { headers, body } of away) {
        assert.equal(headers.get('content-type'), 'application/problem+json');
        assert.match(headers.get('retry-after') ?? '', /^\d+$/);
        assert.equal(body.status, 503);
      }
      const wrong = answers.filter(({ status }) => ![200, 201, 503].includes(status));
      assert.deepEqual(wrong, []);
      const longestMs = Math.max(...answers.map(({ ms }) => ms));
      assert.ok(longestMs < poolTimeoutMs + slackMs, `one took ${longestMs} ms`);
      const counts = `${answers.length} answers, ${away.length} of them 503`;
      t.diagnostic(`${counts}, the slowest after ${Math.round(longestMs)} ms`);
    });
  }

  test('a statement that hangs in the database does not hold the exit', async () => {
    const { postgres, server, person } = await serverOnOwn();
    const blocker = await postgres.connect();
    await blocker.query('begin; lock table plinth.tasks in access exclusive mode');
    const hanging = call(server, 'POST /api/v1/tasks', { ...person, body: { title: 'waits' } });
    const cut = assert.rejects(hanging);
    await sleep(500);
    const toldAt = performance.now();
    server.kill();
    assert.deepEqual(await server.exited, { code: 0, signal: null });
    await cut;
    assert.ok(performance.now() - toldAt < 25_000);
    await blocker.end();
  });
});
