/** Being told to stop: what is under way is finished, and nothing holds the end for ever. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Server, startServer } from '../server-process.ts';
import { call, password, signIn, slowCreate } from './client.ts';
import { startedFolder } from './started-folder.ts';

/** What a newcomer is told: nothing at all, or that the server is not ready. */
const wantsWork = ({ url }: Server) =>
  fetch(`${url}/readyz`, { headers: { connection: 'close' } }).then(
    (answer) => answer.status !== 503,
    () => false,
  );

/** It ends by itself, and not because the time it may take is up. */
async function endsSoon(server: Server) {
  const since = performance.now();
  assert.deepEqual(await server.exited, { code: 0, signal: null });
  assert.ok(performance.now() - since < 9_500);
}

/** A connection, and what the server says on it. */
function speakTo({ url }: Server) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let said = '';
  socket.on('data', (data) => {
    said += data;
  });
  socket.on('error', () => {}); // being refused is an end too
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(said)));
  const says = async (pattern: RegExp) => {
    while (!pattern.test(said)) await sleep(20);
  };
  return { socket, says, ended };
}

suite('a server that is told to stop', { concurrency: 3 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`${signal}: a request under way is answered, newcomers are not, and the exit code is 0`, async () => {
      const data = await startedFolder();
      const server = await startServer({}, { data });
      const { token } = await signIn(server);
      const slow = await slowCreate(server, token);
      server.kill(signal);
      await server.says(new RegExp(`${signal}: finishing`));
      await sleep(100);
      assert.equal(await wantsWork(server), false);
      assert.equal(await slow.finish(), 201);
      await endsSoon(server);

      const next = await startServer({}, { data });
      const { body } = await call(next, 'GET /api/v1/tasks', { token });
      assert.deepEqual(
        body.data.map(({ title }: { title: string }) => title),
        ['sent slowly'],
      );
    });
  }

  test('what is under way is told that its connection ends, and new ones are refused', async () => {
    const server = await startServer({}, { data: await startedFolder() });
    const { token } = await signIn(server);
    const body = '{"title":"last"}';
    const { socket, says, ended } = speakTo(server);
    socket.write(
      `POST /api/v1/tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n` +
        'expect: 100-continue\r\n\r\n',
    );
    await says(/100 Continue/);
    server.kill();
    await server.says(/SIGTERM: finishing/);
    await sleep(100);
    const late = speakTo(server);
    assert.equal(await late.ended, '');
    socket.write(body);
    assert.match(await ended, /HTTP\/1\.1 201 [\s\S]*\r\nconnection: close\r\n/i);
    await endsSoon(server);
  });

  test('sign-ins that are being checked when the signal comes succeed', async () => {
    const server = await startServer({}, { data: await startedFolder() });
    const { email } = await signIn(server);
    const body = { email, password };
    // No more than may be tried at once: one that is refused is answered before the others are read.
    const logins = Array.from({ length: 5 }, () =>
      call(server, 'POST /api/v1/auth/login', { body }).then(({ status }) => status),
    );
    await Promise.race(logins); // so the server has the others in hand
    server.kill();
    assert.deepEqual(await Promise.all(logins), Array(5).fill(200));
    await endsSoon(server);
  });

  test('a second signal ends at once, though a request hangs', async () => {
    const data = await startedFolder();
    const server = await startServer({}, { data });
    const { token } = await signIn(server);
    const slow = await slowCreate(server, token);
    server.kill('SIGINT');
    await server.says(/finishing/);
    await sleep(400);
    const toldAt = performance.now();
    server.kill('SIGINT');
    assert.deepEqual(await server.exited, { code: 130, signal: null });
    assert.ok(performance.now() - toldAt < 9_500, 'before the drain would have ended');
    await assert.rejects(slow.status);
    await startServer({}, { data });
  });

  test('two signals of one key press are one', async () => {
    const server = await startServer({}, { data: await startedFolder() });
    const { token } = await signIn(server);
    const slow = await slowCreate(server, token);
    server.kill('SIGINT');
    server.kill('SIGINT');
    await server.says(/finishing/);
    assert.equal(await slow.finish(), 201);
    assert.deepEqual(await server.exited, { code: 0, signal: null });
  });

  test('a request that never ends does not hold the exit', async () => {
    const server = await startServer({}, { data: await startedFolder() });
    const { token } = await signIn(server);
    const slow = await slowCreate(server, token);
    const toldAt = performance.now();
    server.kill();
    await assert.rejects(slow.status);
    assert.deepEqual(await server.exited, { code: 0, signal: null });
    assert.ok(performance.now() - toldAt < 25_000);
  });

  test('an open connection that asks nothing does not hold the exit', async () => {
    const server = await startServer({}, { data: await startedFolder() });
    await call(server, 'GET /livez'); // fetch keeps the connection
    server.kill();
    await endsSoon(server);
  });
});
