/** SIGKILL in the middle of writes: what was acknowledged is there afterwards. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, signIn } from '../process/client.ts';
import { run, type Server, startServer, temporaryFolder } from '../server-process.ts';
import { engines } from './engines.ts';

const kills = 25;
const clients = 6;

suite('SIGKILL in the middle of writes', { concurrency: 2 }, () => {
  for (const [engine, makeEnv] of Object.entries(engines)) {
    test(`on ${engine}: ${kills} kills lose no task that was acknowledged`, async (t) => {
      const startedAt = performance.now();
      const env = await makeEnv();
      const data = temporaryFolder();
      const acknowledged = new Set<string>();
      let server = await startServer(env, { data });
      const { token } = await signIn(server);

      for (let kill = 1; kill <= kills; kill++) {
        const atWork = Array.from({ length: clients }, (_, client) =>
          createWhileItLives(server, token, `${kill}.${client}`, acknowledged),
        );
        await sleep(100 + Math.random() * 300);
        server.kill('SIGKILL');
        await server.exited;
        await Promise.all(atWork);
        if (kill % 5 === 0) await killWhileItStarts(env, data);
        server = await startServer(env, { data });
      }

      const kept = await everyTask(server, token);
      const missing = [...acknowledged].filter((id) => !kept.has(id));
      assert.deepEqual(missing, []);
      assert.ok(acknowledged.size >= kills * clients, `only ${acknowledged.size} were created`);
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      t.diagnostic(
        `${kills} kills, ${acknowledged.size} acknowledged, ${kept.size} kept, ${seconds} s`,
      );
    });
  }
});

/** Creates tasks one after the other until the server is gone. */
async function createWhileItLives(
  server: Server,
  token: string,
  name: string,
  acknowledged: Set<string>,
) {
  for (let count = 1; ; count++) {
    const body = { title: `${name}.${count}` };
    const answer = await call(server, 'POST /api/v1/tasks', { token, body }).catch(() => undefined);
    if (!answer) return;
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
  const ids = new Set<string>();
  let cursor = '';
  do {
    const { status, body } = await call(
      server,
      `GET /api/v1/tasks?limit=100&count=false${cursor && `&cursor=${cursor}`}`,
      { token },
    );
    assert.equal(status, 200);
    for (const { id } of body.data) ids.add(id);
    cursor = body.next_cursor ?? '';
  } while (cursor);
  return ids;
}
