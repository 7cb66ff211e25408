/** Jobs: the promises of the door. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { keepBuiltins } from './builtins.ts';
import { testJobs } from './greet.fixture.ts';

const { call, pool, actionsOn, runJobs, ports } = await harness({ jobs: Object.values(testJobs) });
await keepBuiltins(ports.database.as(system), ports);

const path = '/api/v1/jobs';
const greeting = { function: 'test.greet', payload: { name: 'Ada' } };
const hourly = { ...greeting, trigger_type: 'interval', hours: 1 };
const { body: hello } = await call('root', `POST ${path}`, { job_id: 'hello', ...hourly });
const at = `${path}/hello`;
const stored = async () =>
  (await pool.query('select count(*)::int as n from plinth.jobs')).rows[0].n;

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

const cron = { ...greeting, trigger_type: 'cron' };
const once = { ...greeting, trigger_type: 'once' };
const before = '2020-01-01T00:00:00.000Z';
const refused = [
  ['a function that is not there', { ...once, function: 'test.none' }, 'function'],
  ['one of the server’s own', { ...once, function: 'test.inner' }, 'function'],
  ['a payload that does not fit', { ...once, payload: { name: 7 } }, 'payload name'],
  ['a payload that has more', { ...once, payload: { name: 'Ada', age: 36 } }, 'payload age'],
  ['no payload where there must be one', { ...once, payload: {} }, 'payload name'],
  ['a long payload', { ...once, payload: { name: 'x'.repeat(70_000) } }, 'payload'],
  ['cron without an expression', cron, 'cron_expression'],
  ['a minute that is none', { ...cron, cron_expression: '99 * * * *' }, 'cron_expression'],
  ['four fields', { ...cron, cron_expression: '* * * *' }, 'cron_expression'],
  ['seven fields', { ...cron, cron_expression: '* * * * * * *' }, 'cron_expression'],
  ['30 February', { ...cron, cron_expression: '0 0 30 2 *' }, 'cron_expression'],
  ['a zone that is none', { ...cron, cron_expression: '@', timezone: 'Mars/Olympus' }, 'timezone'],
  ['an offset for a zone', { ...once, timezone: '+02:00' }, 'timezone'],
  ['an interval of nothing', { ...greeting, trigger_type: 'interval', days: 0 }, 'seconds'],
  ['an interval of eleven years', { ...hourly, weeks: 522, days: 60 }, 'seconds'],
  ['a unit of time for cron', { ...cron, cron_expression: '* * * * *', days: 1 }, 'days'],
  ['an expression for an interval', { ...hourly, cron_expression: '* * * * *' }, 'cron_expression'],
  ['a date for an interval', { ...hourly, run_date: '2999-01-01T00:00:00Z' }, 'run_date'],
  ['an end for what runs once', { ...once, end_date: '2999-01-01T00:00:00Z' }, 'end_date'],
  [
    'an end before the start',
    { ...hourly, start_date: '2999-01-01T00:00:00Z', end_date: '2998-01-01T00:00:00Z' },
    'end_date',
  ],
  ['an interval that is over', { ...hourly, end_date: before }, 'end_date'],
  [
    'a date that is over for too long',
    { ...once, run_date: before, misfire_grace_seconds: 60 },
    'run_date',
  ],
  ['a name that is an address', { ...once, job_id: 'history' }, 'job_id'],
  ['a name with a slash', { ...once, job_id: 'a/b' }, 'job_id'],
  ['a field that is none', { ...once, jitter: 5 }, 'jitter'],
  [
    'several at once',
    { ...cron, function: 'no', days: 1, job_id: 'functions' },
    'days,job_id,cron_expression,function',
  ],
] as const;
for (const [what, body, places] of refused) {
  test(`what does not fit is refused, and nothing stored: ${what}`, async () => {
    const before = await stored();
    const answer = await call('root', `POST ${path}`, body);
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    const told = answer.body.errors.map(({ loc }: { loc: string[] }) => loc.slice(1).join(' '));
    assert.equal(told.join(), places, JSON.stringify(answer.body));
    assert.deepEqual([await stored(), answer.statements], [before, []]);
  });
}

test('whoever names no function that is there is told which are', async () => {
  const { body } = await call('root', `POST ${path}`, { ...once, function: 'test.none' });
  assert.match(body.errors[0].msg, /is none of test\.greet, test\.nightly$/);
});

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

test('null says the same as nothing', async () => {
  const { status } = await call('root', `POST ${path}`, {
    ...hourly,
    cron_expression: null,
    run_date: null,
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

test('filters find what they say', async () => {
  const names = async (query: string) =>
    (await call('root', `GET ${path}?${query}`)).body.data.map(
      (one: { job_id: string }) => one.job_id,
    );
  assert.deepEqual(await names('function=test.inner'), ['test.inner']);
  assert.deepEqual(await names('trigger_type=once'), ['hello']);
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
