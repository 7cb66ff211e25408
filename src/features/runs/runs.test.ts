/** Runs: what can be run, and what became of each run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { testJobs } from '#features/jobs/greet.fixture.ts';
import { system } from '#kernel/principal.ts';
import { enqueue } from '#platform/queue/enqueue.ts';
import { harness } from '#test/harness.ts';

const { call, pool, actionsOn, runJobs, ports } = await harness({ jobs: Object.values(testJobs) });
const db = ports.database.as(system);
const path = '/api/v1/jobs/history';
const runPath = '/api/v1/job-runs';
const started = async (name: string) => (await enqueue(db, testJobs.greet, { name })) as string;
const read = async (id: string) => (await call('root', `GET ${runPath}/${id}`)).body;
const unknown = '019a9c5e-04f8-7996-8da7-63b7a969b102';

const waits = await started('Ada');
const cases = [
  ['nobody is asked to sign in', undefined, `GET ${path}`, 401, 0],
  ['who is no superuser lists none', 'ada', `GET ${path}`, 403, 0],
  ['nor what can be run', 'ada', 'GET /api/v1/jobs/functions', 403, 0],
  ['nor reads one', 'ada', `GET ${runPath}/${waits}`, 403, 0],
  ['nor what it says', 'ada', `GET ${runPath}/${waits}/logs`, 403, 0],
  ['nor ends one', 'ada', `POST ${runPath}/${waits}/cancel`, 403, 0],
  ['nor queues one again', 'ada', `POST ${runPath}/${waits}/requeue`, 403, 0],
  ['a superuser lists them', 'root', `GET ${path}`, 200, 1],
  ['lists what can be run', 'root', 'GET /api/v1/jobs/functions', 200, 0],
  ['reads one', 'root', `GET ${runPath}/${waits}`, 200, 1],
  ['finds none that is not there', 'root', `GET ${runPath}/${unknown}`, 404, 1],
  ['reads what it says, which is nothing yet', 'root', `GET ${runPath}/${waits}/logs`, 200, 2],
  ['but nothing of none', 'root', `GET ${runPath}/${unknown}/logs`, 404, 2],
  ['queues none again that waits', 'root', `POST ${runPath}/${waits}/requeue`, 409, 2],
  ['ends one that waits', 'root', `POST ${runPath}/${waits}/cancel`, 200, 3],
  ['but not twice', 'root', `POST ${runPath}/${waits}/cancel`, 409, 2],
  ['nor none', 'root', `POST ${runPath}/${unknown}/cancel`, 404, 2],
  ['queues it again', 'root', `POST ${runPath}/${waits}/requeue`, 200, 3],
] as const;
for (const [promise, as, line, status, statements] of cases) {
  test(`${as ?? 'nobody'}: ${promise}`, async () => {
    const answer = await call(as, line);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(answer.statements.length, statements, `${answer.statements}`);
  });
}

test('a run tells what it does while it does it, until it is ended', async () => {
  const id = await started('everybody');
  const running = runJobs();
  const logs = async () => (await call('root', `GET ${runPath}/${id}/logs`)).body.data;
  while ((await logs()).length === 0) await pause(20);
  const { etag } = (await call('root', `GET ${runPath}/${id}`)).headers;
  assert.deepEqual([(await read(id)).state, (await read(id)).attempt], ['active', 1]);
  const { body } = await call('root', `POST ${runPath}/${id}/cancel`);
  assert.equal(body.state, 'cancelled');
  await running;
  const known = { headers: { 'if-none-match': String(etag) } };
  assert.equal((await call('root', `GET ${runPath}/${id}`, undefined, known)).status, 200);
  assert.equal((await read(id)).state, 'cancelled');
  const [line] = await logs();
  assert.deepEqual(
    [line.message, line.fields, line.attempt],
    ['Hello, everybody.', { name: 'everybody' }, 1],
  );
  assert.deepEqual(await actionsOn(id), ['run.cancelled success']);
});

test('one that failed is queued again with its id, and one attempt more', async () => {
  const id = await started('nobody');
  await runJobs();
  const failed = await read(id);
  assert.deepEqual([failed.state, failed.attempt, failed.max_attempts], ['failed', 1, 1]);
  assert.match(failed.error, /there is nobody/);
  await pool.query(
    `update plinth_queue.job set data = jsonb_set(data, '{payload,name}', '"Bob"') where id = $1`,
    [id],
  );
  const { body: queued } = await call('root', `POST ${runPath}/${id}/requeue`);
  assert.deepEqual([queued.state, queued.max_attempts, queued.error], ['retry', 2, null]);
  await runJobs();
  const done = await read(id);
  assert.deepEqual([done.state, done.attempt, done.result], ['completed', 2, { greeted: 'Bob' }]);
  const { body: logs } = await call('root', `GET ${runPath}/${id}/logs`);
  assert.deepEqual(
    logs.data.map(({ message, attempt }: Record<string, unknown>) => `${attempt} ${message}`),
    ['1 Hello, nobody.', '1 there is nobody', '2 Hello, Bob.', '2 That is all.'],
  );
  const { body: latest } = await call('root', `GET ${runPath}/${id}/logs?sort=-created_at&limit=1`);
  assert.equal(latest.data[0].message, 'That is all.');
  const { body: over } = await call('root', `POST ${runPath}/${id}/requeue`);
  assert.equal(over.code, 'run_is_not_over');
});

test('one that failed is dismissed, and can be queued again all the same', async () => {
  const id = await started('nobody');
  await runJobs();
  const { finished_at, error } = await read(id);
  const { status, body } = await call('root', `POST ${runPath}/${id}/cancel`);
  assert.deepEqual(
    [status, body.state, body.finished_at, body.error],
    [200, 'cancelled', finished_at, error],
  );
  assert.equal((await call('root', `POST ${runPath}/${id}/requeue`)).body.state, 'retry');
  await call('root', `POST ${runPath}/${id}/cancel`);
});

test('one of a function that is gone is listed, and not queued again', async () => {
  await pool.query(`select plinth_queue.create_queue('test.gone', '{"policy": "standard"}')`);
  const { rows } = await pool.query(
    `insert into plinth_queue.job (name, state) values ('test.gone', 'failed') returning id`,
  );
  const { body } = await call('root', `GET ${path}?function=test.gone`);
  assert.deepEqual(
    body.data.map(({ id, payload }: Record<string, unknown>) => [id, payload]),
    [[rows[0].id, null]],
  );
  const refused = await call('root', `POST ${runPath}/${rows[0].id}/requeue`);
  assert.deepEqual([refused.status, refused.body.code], [409, 'function_gone']);
});

test('filters find what they say', async () => {
  const states = async (query: string) => {
    const { body } = await call('root', `GET ${path}?${query}`);
    return [...new Set(body.data.map(({ state }: { state: string }) => state))];
  };
  assert.deepEqual(await states('state=completed'), ['completed']);
  assert.deepEqual(await states('state=cancelled&function=test.greet'), ['cancelled']);
  assert.deepEqual(await states('function=test.none'), []);
  assert.deepEqual(await states('job_id=none'), []);
  assert.deepEqual(await states('created_before=2026-01-01T00:00:00Z'), []);
  assert.equal((await states('created_after=2026-01-01T00:00:00Z')).length, 3);
});

test('what can be run tells how, and what it is told', async () => {
  const { body } = await call('root', 'GET /api/v1/jobs/functions');
  const [greet] = body.data;
  assert.deepEqual(
    body.data.map(({ name }: { name: string }) => name),
    ['test.greet', 'test.inner', 'test.nightly'],
  );
  assert.deepEqual([greet.retries, greet.timeout_seconds, greet.is_internal], [0, 300, false]);
  assert.deepEqual(greet.payload.required, ['name']);
});
