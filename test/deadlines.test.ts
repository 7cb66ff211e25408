/** An answer that takes too long: a 503, and nothing of it is kept, whatever it was waiting for. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import * as tasks from '#features/tasks/service.ts';
import type { Db } from '#kernel/db.ts';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { Input } from '#kernel/schema.ts';
import registry from '../src/features.ts';
import { harness } from './harness.ts';

const Slow = Type.Object({ done: Type.Boolean() }, { title: 'Slow' });
const longMs = 1_600;
let ended = 0;

/** Something else to do until the caller is given up. */
async function untilGone({ client }: Db) {
  while (!client.gone) await sleep(5);
}

const slow = feature({
  name: 'slow',
  description: 'Work that takes longer than it may.',
  routes: {
    never: api.get('/slow', {
      allow: 'signed-in',
      summary: 'Never ends',
      answer: Slow,
      run: () => new Promise<{ done: boolean }>(() => {}),
    }),
    change: api.post('/slow', {
      allow: 'signed-in',
      summary: 'Writes, and then waits',
      answer: Slow,
      run: ({ db }) =>
        db.transaction(async (db) => {
          await tasks.create(db, { title: 'too late' });
          await sleep(longMs);
          ended++;
          return { done: true };
        }),
    }),
    keep: api.post('/slow/keep', {
      allow: 'signed-in',
      summary: 'Writes what is kept, and never ends',
      answer: Slow,
      run: async ({ db }) => {
        await tasks.create(db, { title: 'kept' });
        return new Promise<{ done: boolean }>(() => {});
      },
    }),
    stop: api.post('/slow/stop', {
      allow: 'signed-in',
      summary: 'Ends when it is given up',
      answer: Slow,
      run: ({ db }) =>
        db.transaction(async (db) => {
          await tasks.create(db, { title: 'taken back' });
          await untilGone(db);
          return { done: true };
        }),
    }),
    echo: api.post('/slow/echo', {
      allow: 'signed-in',
      summary: 'Takes a body, and is quick',
      body: Input('Echo', { title: Type.String({ maxLength: 100 }) }),
      answer: Slow,
      run: () => ({ done: true }),
    }),
  },
});

const { app, call, caller } = await harness({
  env: { REQUEST_TIMEOUT_SECONDS: '1' },
  features: [...registry, slow],
});
const { token } = await caller('ada');
await app.listen({ host: '127.0.0.1', port: 0 });
const { port } = app.server.address() as { port: number };

test('work that never ends is answered without its end', async () => {
  const { status, body, headers } = await call('ada', 'GET /api/v1/slow');
  assert.deepEqual([status, body.code], [503, 'timeout']);
  assert.match(String(headers['retry-after']), /^\d+$/);
  assert.equal(headers['x-request-id'], body.request_id);
  assert.equal((await call('ada', 'GET /api/v1/tasks')).status, 200);
});

test('a transaction that ends after the deadline is taken back', async () => {
  const { status, body } = await call('ada', 'POST /api/v1/slow');
  assert.deepEqual([status, body.code], [503, 'timeout']);
  while (ended === 0) await sleep(20);
  assert.equal((await call('ada', 'GET /api/v1/tasks')).body.count, 0);
});

test('who cannot be told how it ended is told so', async () => {
  const { status, body } = await call('bea', 'POST /api/v1/slow/keep');
  assert.deepEqual([status, body.code], [503, 'timeout']);
  assert.match(body.detail, /not known.*Idempotency-Key/);
  assert.doesNotMatch(body.detail, /taken back/);
  assert.equal((await call('bea', 'GET /api/v1/tasks')).body.count, 1);
});

test('who is told that it was taken back finds nothing of it', async () => {
  const { status, body } = await call('cleo', 'POST /api/v1/slow/stop');
  assert.deepEqual([status, body.code], [503, 'timeout']);
  assert.match(body.detail, /taken back/);
  assert.equal((await call('cleo', 'GET /api/v1/tasks')).body.count, 0);
});

test('a body that a GET announces and never sends buys no time', async () => {
  const asking = request({
    host: '127.0.0.1',
    port,
    path: '/api/v1/slow',
    headers: { authorization: `Bearer ${token}`, 'content-length': 5 },
  });
  const status = new Promise((resolve, reject) => {
    asking.once('error', reject);
    asking.once('response', (answer) => resolve(answer.resume().statusCode));
  });
  asking.flushHeaders();
  assert.equal(await status, 503);
  asking.destroy();
});

test('the time a body takes to arrive is not counted', async () => {
  const body = '{"title":"x"}';
  const sending = request({
    host: '127.0.0.1',
    port,
    path: '/api/v1/slow/echo',
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': body.length,
    },
  });
  const status = new Promise((resolve, reject) => {
    sending.once('error', reject);
    sending.once('response', (answer) => resolve(answer.resume().statusCode));
  });
  sending.write(body.slice(0, 5));
  await sleep(longMs);
  sending.end(body.slice(5));
  assert.equal(await status, 200);
});
