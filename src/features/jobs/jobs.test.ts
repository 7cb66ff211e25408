/** Jobs: the promises of the door. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { keepBuiltins } from './builtins.ts';
import { handOut } from './due.ts';
import { testJobs } from './greet.fixture.ts';

const { call, actionsOn, runJobs, ports } = await harness({ jobs: Object.values(testJobs) });
await keepBuiltins(ports.database.as(system), ports);

const path = '/api/v1/jobs';
const greeting = { function: 'test.greet', payload: { name: 'Ada' } };
const hourly = { ...greeting, trigger_type: 'interval', hours: 1 };
const { body: hello } = await call('root', `POST ${path}`, { job_id: 'hello', ...hourly });
const at = `${path}/hello`;

const cases = [
  ['nobody is asked to sign in', undefined, `GET ${path}`, undefined, 401, 0],
  ['who is no superuser lists none', 'ada', `GET ${path}`, undefined, 403, 0],
  ['nor makes one', 'ada', `POST ${path}`, hourly, 403, 0],
  ['nor reads one', 'ada', `GET ${at}`, undefined, 403, 0],
  ['nor runs one', 'ada', `POST ${at}/run`, undefined, 403, 0],
  ['nor deletes one', 'ada', `DELETE ${at}`, undefined, 403, 0],
  ['a superuser lists them', 'root', `GET ${path}`, undefined, 200, 1],
  ['reads one', 'root', `GET ${at}`, undefined, 200, 1],
  ['finds none that is not there', 'root', `GET ${path}/none`, undefined, 404, 1],
  ['nor under what is no name', 'root', `GET ${path}/-`, undefined, 422, 0],
  ['pauses it', 'root', `POST ${at}/pause`, undefined, 200, 2],
  ['pauses it again, which changes nothing', 'root', `POST ${at}/pause`, undefined, 200, 2],
  ['runs it though it is paused', 'root', `POST ${at}/run`, undefined, 202, 4],
  ['resumes it', 'root', `POST ${at}/resume`, undefined, 200, 3],
  ['resumes it again, which changes nothing', 'root', `POST ${at}/resume`, undefined, 200, 1],
  ['reads what became of it', 'root', `GET ${at}/history`, undefined, 200, 1],
  ['pauses none that is not there', 'root', `POST ${path}/none/pause`, undefined, 404, 2],
  ['resumes none', 'root', `POST ${path}/none/resume`, undefined, 404, 1],
  ['runs none', 'root', `POST ${path}/none/run`, undefined, 404, 1],
  ['deletes none', 'root', `DELETE ${path}/none`, undefined, 404, 2],
  ['reads no history of none', 'root', `GET ${path}/none/history`, undefined, 404, 2],
  ['runs the server’s own', 'root', `POST ${path}/test.nightly/run`, undefined, 202, 4],
  ['but does not delete it', 'root', `DELETE ${path}/test.nightly`, undefined, 409, 2],
] as const;
for (const [promise, as, line, body, status, statements] of cases) {
  test(`${as ?? 'nobody'}: ${promise}`, async () => {
    const answer = await call(as, line, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(answer.statements.length, statements, `${answer.statements}`);
  });
}

const once = { ...greeting, trigger_type: 'once' };

test('one that has no name gets one, is found under it, and costs two statements', async () => {
  const { status, body, headers, statements } = await call('root', `POST ${path}`, {
    ...greeting,
    trigger_type: 'cron',
    cron_expression: '30 2 * * *',
    timezone: 'europe/berlin',
  });
  assert.deepEqual([status, statements.length, body.job_id], [201, 2, body.id]);
  assert.equal(body.timezone, 'Europe/Berlin');
  assert.equal(headers.location, `${path}/${body.job_id}`);
  assert.deepEqual((await call('root', `GET ${headers.location}`)).body, body);
});

test('null and what is usual say the same as nothing', async () => {
  const { status } = await call('root', `POST ${path}`, {
    ...hourly,
    cron_expression: null,
    run_date: null,
    timezone: 'utc',
  });
  assert.equal(status, 201);
});

test('a name is taken once, unless another is to take the place', async () => {
  const body = {
    job_id: 'hello',
    ...greeting,
    trigger_type: 'once',
    run_date: '2999-01-01T00:00:00.000Z',
  };
  const taken = await call('root', `POST ${path}`, body);
  assert.deepEqual([taken.status, taken.body.code], [409, 'job_exists']);
  await call('root', `POST ${at}/pause`);
  const replaced = await call('root', `POST ${path}`, { ...body, replace_existing: true });
  assert.equal(replaced.status, 201);
  const { id, status, hours, next_run_at, created_at } = replaced.body;
  assert.deepEqual(
    [id, status, hours, next_run_at, created_at],
    [hello.id, 'scheduled', null, body.run_date, hello.created_at],
  );
  assert.notEqual((await call('root', `GET ${at}`)).headers.etag, taken.headers.etag);
  const builtin = { ...body, job_id: 'test.nightly', replace_existing: true };
  const kept = await call('root', `POST ${path}`, builtin);
  assert.deepEqual([kept.status, kept.body.code], [409, 'job_is_builtin']);
});

test('what is to run once and now is queued by the request, once, also in place of another', async () => {
  const body = { ...once, job_id: 'now' };
  const made = await call('root', `POST ${path}`, body);
  assert.deepEqual([made.status, made.statements.length], [201, 3]);
  assert.deepEqual([made.body.status, made.body.next_run_at], ['finished', null]);
  assert.equal(made.body.last_run_at, made.body.run_date);
  const taken = await call('root', `POST ${path}`, body);
  await call('root', `POST ${path}`, { ...hourly, job_id: 'now', replace_existing: true });
  const again = await call('root', `POST ${path}`, { ...body, replace_existing: true });
  assert.deepEqual([taken.status, again.status, again.body.next_run_at], [409, 201, null]);
  await handOut(ports.database.as(system), ports, { warn() {}, info() {} });
  const { body: runs } = await call('root', `GET ${path}/now/history?sort=created_at`);
  const told = runs.data.map(({ request_id, due_at }: Record<string, string>) => [
    request_id,
    due_at,
  ]);
  assert.deepEqual(
    told,
    [made, again].map(({ headers, body }) => [headers['x-request-id'], body.run_date]),
  );
});

test('filters find what they say', async () => {
  const names = async (query: string) =>
    (await call('root', `GET ${path}?${query}`)).body.data.map(
      (one: { job_id: string }) => one.job_id,
    );
  assert.deepEqual(await names('function=test.inner'), ['test.inner']);
  assert.deepEqual(await names('trigger_type=once&sort=job_id'), ['hello', 'now']);
  await call('root', `POST ${path}/test.inner/pause`);
  assert.deepEqual(await names('paused=true'), ['test.inner']);
});

test('what is run is in the history, which outlives the job and the function', async () => {
  await runJobs();
  const { body: before } = await call('root', `GET ${at}/history`);
  assert.equal(before.data[0].state, 'completed');
  const { status } = await call('root', `DELETE ${at}`);
  assert.equal(status, 204);
  assert.deepEqual((await call('root', `GET ${at}/history`)).body, before);
  assert.equal((await call('root', `GET ${at}`)).status, 404);
  const none = await call('root', `GET ${at}/history?state=cancelled`);
  assert.deepEqual([none.status, none.body.data], [200, []]);
});

test('each change is in the audit log', async () => {
  const told = await actionsOn(hello.id);
  assert.deepEqual(
    told.map((one) => one.replace(' success', '')),
    [
      'job.created',
      'job.paused',
      'job.run',
      'job.resumed',
      'job.paused',
      'job.replaced',
      'job.deleted',
    ],
  );
});

test('a key of a superuser may do what it lists', async () => {
  const { body: key } = await call('root', 'POST /api/v1/api-keys', {
    name: 'Reads jobs',
    permissions: { jobs: ['read'] },
  });
  const headers = { 'x-api-key': key.key };
  assert.equal((await call(undefined, `GET ${path}`, undefined, { headers })).status, 200);
  assert.equal((await call(undefined, `POST ${path}`, hourly, { headers })).status, 403);
});
