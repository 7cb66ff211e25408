/** Limits in Redis: counted by all processes together, and by each for itself while it is away. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { call, signIn } from '../process/client.ts';
import { type Server, startServer } from '../server-process.ts';
import { askAtOnce, lettersThatPass, metricsOf, twoServers } from './limits.ts';
import { load } from './load.ts';
import { ownRedis } from './redis.ts';

const login = 'POST /api/v1/auth/login';
const wide = { RATE_LIMIT_REQUESTS_PER_MINUTE: '1000000', RATE_LIMIT_LOGIN: '1000000/60' };
const away = /Limits are counted in memory: redis fails/;
const again = /Limits are counted in redis again/;

const timesSaid = (server: Server, what: RegExp) => server.output().split(what).length - 1;

suite('limits in Redis', { concurrency: 2 }, () => {
  test('two processes let exactly as many of 200 requests at once pass as one limit says', async () => {
    const redis = await ownRedis();
    await redis.run();
    const servers = await twoServers({
      REDIS_URL: redis.url,
      RATE_LIMIT_REQUESTS_PER_MINUTE: '100',
    });
    const answers = await askAtOnce(servers, 200);
    const statuses = Object.groupBy(answers, ({ status }) => status);
    assert.deepEqual([statuses[200]?.length, statuses[429]?.length], [100, 100]);
    for (const server of servers) {
      assert.match(await metricsOf(server), /^plinth_limit_store_up\{store="redis"\} 1$/m);
      assert.equal(timesSaid(server, away), 0);
    }
  });

  test('guesses at a password are counted by all processes together', async () => {
    const redis = await ownRedis();
    await redis.run();
    const [one, other] = await twoServers({ REDIS_URL: redis.url });
    const { email } = await signIn(one);
    for (let n = 0; n < 5; n++) {
      const { status } = await call(one, login, { body: { email, password: `guess ${n}` } });
      assert.equal(status, 401);
    }
    const { status, headers } = await call(other, login, { body: { email, password: 'guess' } });
    assert.equal(status, 429);
    assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  });

  test('Redis may die under load: no request fails, each process counts, and all is as before after', async () => {
    const redis = await ownRedis();
    const running = await redis.run();
    const env = { REDIS_URL: redis.url, RATE_LIMIT_RECOVERY: '3/600', ...wide };
    const servers = await twoServers(env);
    const [one, other] = servers;
    const clients = load(one, await signIn(one));
    running.kill('SIGKILL');
    await one.says(away);
    await other.says(away);
    assert.equal(await lettersThatPass([one], 5), 3);
    assert.equal(await lettersThatPass([other], 5), 3);
    const told = await metricsOf(one);
    assert.match(told, /^plinth_limit_store_up\{store="redis"\} 0$/m);
    assert.match(told, /^plinth_limit_store_outages_total 1$/m);
    assert.match(told, /^plinth_requests_refused_total\{policy="recovery"\} 2$/m);
    const health = await call(one, 'GET /health');
    assert.deepEqual(health.body.dependencies, { limits: { status: 'unhealthy' } });
    assert.equal(health.status, 200);

    await redis.run();
    await one.says(again);
    await other.says(again);
    assert.equal(await lettersThatPass(servers, 8), 3);
    const answers = await clients.end();
    const failed = answers.filter(({ status }) => status >= 400);
    assert.deepEqual(failed, []);
    assert.ok(answers.length > 0);
    for (const server of servers) {
      assert.equal(timesSaid(server, away), 1);
      assert.ok(!server.output().includes(redis.password));
    }
  });

  test('Redis that hangs makes no request hang or fail', async () => {
    const redis = await ownRedis();
    const running = await redis.run();
    const servers = await twoServers({ REDIS_URL: redis.url, ...wide });
    const [one] = servers;
    const clients = load(one, await signIn(one));
    running.kill('SIGSTOP');
    await one.says(away);
    const { token } = await signIn(one);
    for (let n = 0; n < 50; n++) {
      assert.equal((await call(one, 'GET /api/v1/tasks', { token })).status, 200);
    }
    running.kill('SIGCONT');
    await one.says(again);
    const failed = (await clients.end()).filter(({ status }) => status >= 400);
    assert.deepEqual(failed, []);
    assert.equal(timesSaid(one, away), 1);
  });

  test('a server starts without its Redis, says so, and finds it when it comes', async () => {
    const redis = await ownRedis();
    const server = await startServer({ REDIS_URL: redis.url, RATE_LIMIT_ENABLED: 'true' });
    assert.equal(timesSaid(server, away), 1);
    await redis.run();
    await server.says(again);
    server.kill();
    assert.deepEqual(await server.exited, { code: 0, signal: null });
  });

  test('Redis that answers and refuses to write is away, and that is said once', async () => {
    const redis = await ownRedis();
    await redis.run();
    const client = new Redis(redis.url);
    const server = await startServer({ REDIS_URL: redis.url, RATE_LIMIT_ENABLED: 'true' });
    await client.config('SET', 'maxmemory', '1');
    assert.equal((await call(server, 'GET /api/v1/users/me')).status, 401);
    await server.says(/redis fails \(OOM/);
    await sleep(3_000); // it was asked again by then
    assert.equal(timesSaid(server, away), 1);
    assert.doesNotMatch(server.output(), again);
    await client.config('SET', 'maxmemory', '0');
    await server.says(again);
    await client.quit();
  });

  test('a server that is told to stop does so while its Redis hangs', async () => {
    const redis = await ownRedis();
    const running = await redis.run();
    const server = await startServer({ REDIS_URL: redis.url, RATE_LIMIT_ENABLED: 'true' });
    running.kill('SIGSTOP');
    server.kill();
    assert.deepEqual(await server.exited, { code: 0, signal: null });
  });

  test('a password that Redis does not take is said, and shown to nobody', async () => {
    const redis = await ownRedis();
    await redis.run();
    const REDIS_URL = redis.url.replace(redis.password, 'not-this-one');
    const server = await startServer({ REDIS_URL, RATE_LIMIT_ENABLED: 'true' });
    await server.says(/redis fails \(WRONGPASS/);
    assert.equal((await call(server, 'GET /api/v1/users/me')).status, 401);
    assert.ok(!server.output().includes('not-this-one'));
  });
});
