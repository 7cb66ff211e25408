/** A second server where there is one already: refused in a sentence, and the first one goes on. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { run, type Started, startServer } from '../server-process.ts';
import { call, signIn } from './client.ts';
import { startedFolder } from './started-folder.ts';

/** What it said at its end, which must be one sentence and exit code 1. */
async function refusal(started: Started) {
  assert.deepEqual(await started.exited, { code: 1, signal: null });
  const lines = started.errors().trim().split('\n');
  assert.equal(lines.length, 1, started.errors());
  return lines[0] ?? '';
}

test('a second start on the same folder is refused, and the first one keeps serving', async () => {
  const data = await startedFolder();
  const first = await startServer({}, { data });
  const { token } = await signIn(first);
  const sentence = await refusal(run({}, { data }));
  assert.match(sentence, /in use by another process; stop that one, or set DATABASE_URL\.$/);
  assert.ok(sentence.includes(data));
  const created = await call(first, 'POST /api/v1/tasks', { token, body: { title: 'still here' } });
  assert.equal(created.status, 201);
});

test('a port that is in use is named in one sentence', async () => {
  const first = await startServer({}, { data: await startedFolder() });
  const { port } = new URL(first.url);
  const sentence = await refusal(run({ PORT: port }, { data: await startedFolder() }));
  assert.equal(sentence, `Port ${port} is in use by another program; set PORT to another.`);
  assert.equal((await call(first, 'GET /readyz')).status, 200);
});

test('a folder that a killed server held is free at once', async () => {
  const data = await startedFolder();
  const first = await startServer({}, { data });
  first.kill('SIGKILL');
  await first.exited;
  const second = await startServer({}, { data });
  assert.equal((await call(second, 'GET /health')).body.status, 'healthy');
});
