/** Clients that are slow, or silent, on purpose: cut off, while everybody else is served. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../server-process.ts';
import { call, signIn } from './client.ts';
import { startedFolder } from './started-folder.ts';

const server = await startServer(
  { CLIENT_TIMEOUT_SECONDS: '2', REQUEST_TIMEOUT_SECONDS: '1' },
  { data: await startedFolder() },
);
const port = Number(new URL(server.url).port);
const { token } = await signIn(server);
const host = 'host: x\r\n';

/** A connection, and what was said on it until it ended. */
function open() {
  const socket = connect(port, '127.0.0.1');
  after(() => socket.destroy());
  let said = '';
  socket.on('data', (data) => {
    said += data;
  });
  socket.on('error', () => {}); // being cut off is what is tested
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(said)));
  return { socket, ended };
}

/** Sends a text, a byte each tenth of a second, as long as anybody listens. */
async function drip(socket: Socket, text: string) {
  for (const byte of text) {
    if (socket.destroyed || socket.readableEnded) return;
    socket.write(byte);
    await sleep(100);
  }
}

const tooSlow = /^HTTP\/1\.1 408 [\s\S]*application\/problem\+json[\s\S]*"code":"too_slow"/;
const post =
  `POST /api/v1/tasks HTTP/1.1\r\n${host}authorization: Bearer ${token}\r\n` +
  'content-type: application/json\r\n';

suite('a slow client', { concurrency: true }, () => {
  const cases = [
    ['that says nothing', '', ''],
    ['whose headers come a byte at a time', '', `GET /livez HTTP/1.1\r\nx: ${'y'.repeat(500)}`],
    ['whose headers stop', `GET /livez HTTP/1.1\r\n${host}`, ''],
    [
      'whose body comes a byte at a time',
      `${post}content-length: 600\r\n\r\n`,
      `{"title":"${'x'.repeat(600)}`,
    ],
    ['whose body stops', `${post}content-length: 600\r\n\r\n{"title":`, ''],
    ['whose chunks stop', `${post}transfer-encoding: chunked\r\n\r\n5\r\n{"tit\r\n`, ''],
    ['that sends less than it said', `${post}content-length: 50\r\n\r\n{"title":"x"}`, ''],
    [
      'that says nothing more on a connection that was used',
      `GET /livez HTTP/1.1\r\n${host}\r\nGET /livez HT`,
      '',
    ],
  ] as const;

  for (const [name, sent, dripped] of cases) {
    test(`${name} gets a 408, and the connection ends`, async () => {
      const { socket, ended } = open();
      socket.write(sent);
      void drip(socket, dripped);
      const said = await ended;
      assert.match(said.slice(said.lastIndexOf('HTTP/1.1')), tooSlow);
    });
  }

  test('that reads nothing of a big answer is cut off', async () => {
    const { socket, ended } = open();
    socket.pause();
    const asked = `GET /docs/assets/swagger-ui-bundle.js HTTP/1.1\r\n${host}\r\n`;
    socket.write(asked.repeat(20)); // more than the buffers on the way hold
    await sleep(8_000);
    socket.resume();
    const answers = (await ended).match(/HTTP\/1\.1 200/g) ?? [];
    assert.ok(answers.length < 20, 'it was cut off before the last one');
  });

  test('is one of a thousand, and others are served meanwhile', async () => {
    const crowd = Array.from({ length: 1_000 }, open);
    for (let again = 0; again < 20; again++) {
      assert.equal((await call(server, 'GET /api/v1/tasks', { token })).status, 200);
    }
    for (const said of await Promise.all(crowd.map(({ ended }) => ended))) {
      assert.match(said, tooSlow);
    }
    assert.equal((await call(server, 'GET /livez')).status, 200);
  });
});

test('nothing of it was kept', async () => {
  assert.equal((await call(server, 'GET /api/v1/tasks', { token })).body.count, 0);
});
