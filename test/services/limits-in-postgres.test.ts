/** Limits in PostgreSQL: counted by all processes together, off everybody's transactions. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { call, signIn } from '../process/client.ts';
import { startServer } from '../server-process.ts';
import { askAtOnce, metricsOf, twoServers } from './limits.ts';
import { emptyDatabase, ownPostgres, sql } from './postgres.ts';

const store = { RATE_LIMIT_STORE: 'postgresql' };
const login = 'POST /api/v1/auth/login';

suite('limits in PostgreSQL', { concurrency: 2 }, () => {
  test('two processes let exactly as many of 200 requests at once pass as one limit says', async () => {
    const servers = await twoServers({ ...store, RATE_LIMIT_REQUESTS_PER_MINUTE: '100' });
    const answers = await askAtOnce(servers, 200);
    const statuses = Object.groupBy(answers, ({ status }) => status);
    assert.deepEqual([statuses[200]?.length, statuses[429]?.length], [100, 100]);
    assert.match(await metricsOf(servers[0]), /^plinth_limit_store_up\{store="postgresql"\} 1$/m);
  });

  test('guesses at a password are counted by all processes together', async () => {
    const [one, other] = await twoServers(store);
    const { email } = await signIn(one);
    for (let n = 0; n < 5; n++) {
      const { status } = await call(one, login, { body: { email, password: `guess ${n}` } });
      assert.equal(status, 401);
    }
    const body = { email, password: 'guess' };
    assert.equal((await call(other, login, { body })).status, 429);
  });

  test('what is counted is written to no log of the database', async () => {
    const { url } = await emptyDatabase();
    await startServer({ ...store, DATABASE_URL: url });
    const select = `select relpersistence from pg_class where oid = 'plinth.limit_counts'::regclass`;
    assert.deepEqual(await sql(select, url), [{ relpersistence: 'u' }]);
  });

  test('while the database is away limits go on in memory', async () => {
    const postgres = await ownPostgres();
    const running = await postgres.run();
    const env = { ...store, DATABASE_URL: postgres.url, RATE_LIMIT_ENABLED: 'true' };
    const server = await startServer({ ...env, RATE_LIMIT_ANONYMOUS_PER_MINUTE: '5' });
    running.kill('SIGKILL');
    await running.exited;
    const statuses: number[] = [];
    for (let n = 0; n < 8; n++) {
      statuses.push((await call(server, 'GET /.well-known/openid-configuration')).status);
    }
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
    await server.says(/Limits are counted in memory: postgresql fails/);
    await postgres.run();
    await server.says(/Limits are counted in postgresql again/);
  });
});
