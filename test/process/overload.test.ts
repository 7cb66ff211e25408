/** More than the process can do: who comes then is told so at the door, and it passes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Server, startServer } from '../server-process.ts';
import { call, signIn } from './client.ts';
import { startedFolder } from './started-folder.ts';

/** Leaves the process a small part of the time, as a machine that is too busy does. */
async function starve({ pid }: Server, until: AbortSignal) {
  while (!until.aborted) {
    process.kill(pid, 'SIGSTOP');
    await sleep(250);
    process.kill(pid, 'SIGCONT');
    await sleep(30);
  }
}

/** Calls until the answer has a status. */
async function answers(server: Server, token: string, wanted: number) {
  for (const until = Date.now() + 30_000; ; await sleep(10)) {
    const answer = await call(server, 'GET /api/v1/tasks', { token });
    if (answer.status === wanted) return answer;
    assert.ok(Date.now() < until, `still ${answer.status}`);
  }
}

async function starved(
  env: Record<string, string>,
  work: (server: Server, token: string) => Promise<void>,
) {
  const server = await startServer(env, { data: await startedFolder() });
  const { token } = await signIn(server);
  const ending = new AbortController();
  const starving = starve(server, ending.signal);
  try {
    await work(server, token);
  } finally {
    ending.abort();
    await starving;
  }
  assert.equal((await answers(server, token, 200)).status, 200);
}

test('a process that is late answers 503 with Retry-After, but to who asks whether it lives', async () => {
  await starved({ OVERLOAD_EVENT_LOOP_DELAY_MS: '50' }, async (server, token) => {
    const { body, headers } = await answers(server, token, 503);
    assert.equal(body.code, 'overloaded');
    assert.match(headers.get('retry-after') ?? '', /^\d+$/);
    assert.equal(headers.get('x-request-id'), body.request_id);
    assert.equal((await call(server, 'GET /livez')).status, 200);
    assert.equal((await call(server, 'GET /readyz')).status, 200);
  });
});

test('where that is switched off, everybody waits', async () => {
  await starved({ OVERLOAD_EVENT_LOOP_DELAY_MS: '0' }, async (server, token) => {
    for (let again = 0; again < 15; again++) {
      assert.equal((await call(server, 'GET /api/v1/tasks', { token })).status, 200);
    }
  });
});
