/** A process killed between the commit and the answer: who sends the request again gets the first answer. */
import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { call, signIn } from '../process/client.ts';
import { startServer, temporaryFolder } from '../server-process.ts';
import { emptyDatabase, sql } from './postgres.ts';

/** In front of the database: once it is told to, no answer to a commit passes. */
async function withholding(url: string) {
  const { hostname, port, username, pathname } = new URL(url);
  const sockets = new Set<Socket>();
  const withheld = Promise.withResolvers<void>();
  let isWithholding = false;
  const proxy = createServer((client) => {
    const server = connect(Number(port || 5432), hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        server.destroy();
      });
    }
    client.pipe(server);
    server.on('data', (bytes) => {
      if (isWithholding && bytes.includes('COMMIT\0')) return withheld.resolve();
      client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  after(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const { port: own } = proxy.address() as { port: number };
  return {
    url: `postgres://${username}@127.0.0.1:${own}${pathname}`,
    withheld: withheld.promise,
    withhold() {
      isWithholding = true;
    },
  };
}

test('one row, and the first answer', async () => {
  const { url } = await emptyDatabase();
  const database = await withholding(url);
  const data = temporaryFolder();
  const killed = await startServer({ DATABASE_URL: database.url, JOB_WORKER: 'false' }, { data });
  const { token } = await signIn(killed);
  const request = {
    token,
    body: { title: 'Sent twice' },
    headers: { 'idempotency-key': 'lost-answer' },
  };

  database.withhold();
  const unanswered = call(killed, 'POST /api/v1/tasks', request).catch(() => undefined);
  await database.withheld;
  killed.kill('SIGKILL');
  assert.equal(await unanswered, undefined);
  const rows = await sql('select id, title from plinth.tasks', url);
  assert.equal(rows.length, 1);

  const server = await startServer({ DATABASE_URL: url }, { data });
  const { status, body, headers } = await call(server, 'POST /api/v1/tasks', request);
  assert.deepEqual([status, body.id, body.title], [201, rows[0]?.id, 'Sent twice']);
  assert.equal(headers.get('location'), `/api/v1/tasks/${body.id}`);
  assert.equal(headers.get('idempotency-replayed'), 'true');
  assert.equal((await sql('select from plinth.tasks', url)).length, 1);
});
