/** A connection that breaks after its statement was cancelled: the process hears of it, and lives. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { call, signIn } from '../process/client.ts';
import { startServer } from '../server-process.ts';
import { emptyDatabase, sql } from './postgres.ts';

/** The code of a cancel request, after its length. */
const cancelCode = 80_877_102;

/** The same database by a way on which a cancel request is passed on at once, and seems not to be. */
async function slowToHear(url: string) {
  const { hostname, port } = new URL(url);
  const door = createServer((client) => {
    const server = connect(Number(port || 5432), hostname);
    let isCancel = false;
    client.once('data', (first: Buffer) => {
      isCancel = first.length === 16 && first.readUInt32BE(4) === cancelCode;
    });
    client.pipe(server);
    server.on('data', (data) => client.write(data));
    server.on('close', () => setTimeout(() => client.destroy(), isCancel ? 1_000 : 0));
    for (const socket of [client, server]) socket.on('error', () => socket.destroy());
    client.on('close', () => server.destroy());
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  after(() => door.close());
  const through = new URL(url);
  through.host = `127.0.0.1:${(door.address() as { port: number }).port}`;
  return through.href;
}

const waiting = `select pid from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`;

test('a connection that is ended just after a cancel ends nothing else', async () => {
  const { url } = await emptyDatabase();
  const env = { DATABASE_URL: await slowToHear(url), REQUEST_TIMEOUT_SECONDS: '1' };
  const server = await startServer(env);
  const { token } = await signIn(server);
  const made = await call(server, 'POST /api/v1/tasks', { token, body: { title: 'first' } });
  const path = `/api/v1/tasks/${made.body.id}`;
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query('select 1 from plinth.tasks for update');
    for (let round = 0; round < 3; round++) {
      const late = call(server, `PATCH ${path}`, { token, body: { title: 'late' } });
      let held = await sql(waiting, url);
      for (; held.length === 0; held = await sql(waiting, url)) await sleep(20);
      const { status, body } = await late;
      assert.deepEqual([status, body.code], [503, 'timeout']);
      await holder.query('select pg_terminate_backend($1)', [held[0]?.pid]);
      assert.equal((await call(server, 'GET /readyz')).status, 200);
    }
  } finally {
    await holder.end();
  }
  const { status, body } = await call(server, `PATCH ${path}`, { token, body: { title: 'then' } });
  assert.deepEqual([status, body.title], [200, 'then'], server.output());
});
