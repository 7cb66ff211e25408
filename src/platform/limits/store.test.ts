/** The store of limits: what holds where there is none, or one that does not answer. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, type Server, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { openLimits } from './store.ts';

/** Only limits in PostgreSQL ask for it. */
const noPool = undefined as never;

/** A server that takes connections and says nothing. */
async function silent(): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { server, port: (server.address() as { port: number }).port };
}

async function closedPort() {
  const { server, port } = await silent();
  server.close();
  await once(server, 'close');
  return port;
}

async function open(port: number | undefined) {
  const said: string[] = [];
  const say = (sentence: string) => void said.push(sentence);
  const settings = port ? { REDIS_URL: `redis://:hidden-7@127.0.0.1:${port}` } : {};
  const prepared = { DB_PREPARED_STATEMENTS: true };
  const limits = await openLimits({ ...settings, ...prepared }, noPool, { warn: say, info: say });
  after(limits.close);
  return { limits, said };
}

test('where nothing is configured, limits are counted in memory, and no client is loaded', async () => {
  const { limits, said } = await open(undefined);
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  assert.ok(loaded.some((file) => file.includes('/rate-limiter-flexible/')));
  assert.ok(!loaded.some((file) => file.includes('/ioredis/')));
  assert.deepEqual([limits.store, limits.isWell(), said], ['memory', true, []]);
});

for (const [name, port] of [
  ['is away', closedPort],
  ['takes connections and does not answer', async () => (await silent()).port],
] as const) {
  test(`a Redis that ${name} is said once, and counted without`, async () => {
    const { limits, said } = await open(await port());
    const counter = limits.counter('user', 60);
    for (let n = 1; n <= 20; n++) assert.equal((await counter.consume('ada')).consumedPoints, n);
    await counter.reward('ada');
    assert.equal((await counter.get('ada'))?.consumedPoints, 19);
    await counter.delete('ada');
    assert.equal(await counter.get('ada'), null);
    assert.deepEqual([limits.store, limits.isWell(), limits.outages()], ['redis', false, 1]);
    assert.match(said.join(), /^Limits are counted in memory: redis fails \([^,]+\)\.$/);
    assert.doesNotMatch(said.join(), /hidden-7/);
  });
}
