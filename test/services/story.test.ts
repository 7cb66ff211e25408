/** A person's whole way through a real server process, on either engine. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { call, password, signIn } from '../process/client.ts';
import { startServer, temporaryFolder } from '../server-process.ts';
import { engines } from './engines.ts';

for (const [engine, makeEnv] of Object.entries(engines)) {
  test(`on ${engine}: sign up, sign in, create, list, complete, delete, and find it all after a restart`, async () => {
    const env = await makeEnv();
    const data = temporaryFolder();
    const first = await startServer(env, { data });
    const { email, token, id: owner_id } = await signIn(first);

    const create = (title: string) =>
      call(first, 'POST /api/v1/tasks', { token, body: { title, priority: 'high' } });
    const ink = await create('Buy ink');
    const paper = await create('Buy paper');
    assert.deepEqual([ink.status, paper.status], [201, 201]);
    assert.partialDeepStrictEqual(ink.body, { title: 'Buy ink', completed: false, owner_id });

    const listed = await call(first, 'GET /api/v1/tasks', { token });
    assert.equal(listed.body.count, 2);
    assert.deepEqual(
      listed.body.data.map(({ title }: { title: string }) => title),
      ['Buy paper', 'Buy ink'],
    );
    const done = await call(first, `PATCH /api/v1/tasks/${ink.body.id}/complete`, { token });
    assert.equal(done.body.completed, true);
    const gone = await call(first, `DELETE /api/v1/tasks/${paper.body.id}`, { token });
    assert.equal(gone.status, 204);

    const stranger = await signIn(first);
    const theirs = await call(first, `GET /api/v1/tasks/${ink.body.id}`, stranger);
    assert.equal(theirs.status, 404);
    first.kill();
    assert.deepEqual(await first.exited, { code: 0, signal: null });

    const second = await startServer(env, { data });
    const kept = await call(second, 'GET /api/v1/tasks', { token });
    assert.deepEqual(kept.body.data, [done.body], 'the old token and the task are still good');
    const again = await call(second, 'POST /api/v1/auth/login', { body: { email, password } });
    assert.equal(again.status, 200);
    const unknown = await call(second, `GET /api/v1/tasks/${paper.body.id}`, { token });
    assert.equal(unknown.status, 404);
    assert.equal(unknown.headers.get('content-type'), 'application/problem+json');
  });
}
