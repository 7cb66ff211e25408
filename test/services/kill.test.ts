/** SIGKILL in the middle of writes: what was acknowledged is there, and what is sent again is there once. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, signIn } from '../process/client.ts';
import { run, type Server, startServer, temporaryFolder } from '../server-process.ts';
import { engines } from './engines.ts';

const kills = Number(process.env.KILLS ?? 8);
const clients = 6;

suite('SIGKILL in the middle of writes', { concurrency: 2 }, () => {
  for (const [engine, makeEnv] of Object.entries(engines)) {
    test(`on ${engine}: ${kills} kills lose no task that was acknowledged, and double none`, async (t) => {
      const startedAt = performance.now();
      const env = await makeEnv();
      const data = temporaryFolder();
      const acknowledged = new Set<string>();
      let replayed = 0;
      let retried = 0;
      let server = await startServer(env, { data });
      const { token } = await signIn(server);

      for (let kill = 1; kill <= kills; kill++) {
        const atWork = Array.from({ length: clients }, (_, client) =>
          createWhileItLives(server, token, `${kill}.${client}`, acknowledged),
        );
        await sleep(100 + Math.random() * 300);
        server.kill('SIGKILL');
        await server.exited;
        const unanswered = await Promise.all(atWork);
        if (kill % 5 === 0) await killWhileItStarts(env, data);
        server = await startServer(env, { data });
        for (const request of unanswered) {
          const { status, body, headers } = await create(server, token, request);
          assert.equal(status, 201, JSON.stringify(body));
          acknowledged.add(body.id);
          retried++;
          if (headers.has('idempotency-replayed')) replayed++;
        }
      }

      const kept = await everyTask(server, token);
      const missing = [...acknowledged].filter((id) => !kept.has(id));
      assert.deepEqual(missing, []);
      assert.equal(new Set(kept.values()).size, kept.size, 'one task is there twice');
      assert.ok(acknowledged.size >= kills * clients, `only ${acknowledged.size} were created`);
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      t.diagnostic(
        `${kills} kills, ${acknowledged.size} acknowledged, ${kept.size} kept, ${retried} sent again, of which ${replayed} were done before, ${seconds} s`,
      );
    });
  }
});

type Unanswered = { readonly title: string; readonly key: string };

const create = (server: Server, token: string, { title, key }: Unanswered) =>
  call(server, 'POST /api/v1/tasks', {
    token,
    body: { title },
    headers: { 'idempotency-key': key },
  });

/** Creates tasks one after the other until the server is gone. @returns what it has not answered */
async function createWhileItLives(
  server: Server,
  token: string,
  name: string,
  acknowledged: Set<string>,
): Promise<Unanswered> {
  for (let count = 1; ; count++) {
    const request = { title: `${name}.${count}`, key: randomUUID() };
    const answer = await create(server, token, request).catch(() => undefined);
    if (!answer) return request;
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    acknowledged.add(answer.body.id);
  }
}

async function killWhileItStarts(env: Record<string, string>, data: string) {
  const started = run(env, { data });
  await sleep(400 + Math.random() * 800);
  started.kill('SIGKILL');
  await started.exited;
}

async function everyTask(server: Server, token: string) {
  const titles = new Map<string, string>();
  let cursor = '';
  do {
    const { status, body } = await call(
      server,
      `GET /api/v1/tasks?limit=100&count=false${cursor && `&cursor=${cursor}`}`,
      { token },
    );
    assert.equal(status, 200);
    for (const { id, title } of body.data) titles.set(id, title);
    cursor = body.next_cursor ?? '';
  } while (cursor);
  return titles;
}
