/** Jobs: what is due is handed out, once, by however many processes, and whatever happened before. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { triggersChanged } from '#kernel/job.ts';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { keepBuiltins } from './builtins.ts';
import { handOut, nextDueMs } from './due.ts';
import { testJobs } from './greet.fixture.ts';
import { openTicker } from './ticker.ts';

const { greet, nightly, inner } = testJobs;
const { call, signIn, pool, ports, peer, advance, actionsOn } = await harness({
  jobs: [greet, nightly, inner],
});
const db = ports.database.as(system);

/** In a new session: time goes by here as it likes. */
const ask = async (line: string, body?: object) => call(await signIn('root'), line, body);

const warnings: object[] = [];
const log = { warn: (told: object) => void warnings.push(told), info() {} };
const hourMs = 3_600_000;
const path = '/api/v1/jobs';
const greeting = { function: 'test.greet', payload: { name: 'Ada' } };

async function make(job_id: string, schedule: object) {
  const { status, body } = await ask(`POST ${path}`, { job_id, ...greeting, ...schedule });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}
const read = async (job_id: string) => (await ask(`GET ${path}/${job_id}`)).body;

/** When the runs of a job were due, in order. */
async function dueOf(job_id: string): Promise<string[]> {
  const { rows } = await pool.query(
    'select due_at from plinth_queue.runs where job_id = $1 order by due_at',
    [job_id],
  );
  return rows.map(({ due_at }) => due_at);
}
const empty = () => pool.query('delete from plinth.jobs');
async function allHandedOut() {
  while ((await handOut(db, ports, log)) > 0);
}
const inMs = (ms: number) => new Date(ports.clock.now() + ms).toISOString();
const plus = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString();

suite('what was missed by a process asleep', () => {
  test('is one run, each by itself, or nothing, as the job says', async () => {
    const hourly = { trigger_type: 'interval', hours: 1 };
    const one = await make('one', hourly);
    const each = await make('each', { ...hourly, coalesce: false });
    const graceful = await make('graceful', {
      ...hourly,
      coalesce: false,
      misfire_grace_seconds: 2.75 * 3600,
    });
    const lost = await make('lost', {
      trigger_type: 'interval',
      hours: 23,
      misfire_grace_seconds: 60,
    });
    advance(24 * hourMs + hourMs / 2);
    await allHandedOut();
    const nth = (first: string, count: number, from = 0) =>
      Array.from({ length: count }, (_, n) => plus(first, (from + n) * hourMs));
    assert.deepEqual(await dueOf('one'), nth(one.next_run_at, 1, 23));
    assert.deepEqual(await dueOf('each'), nth(each.next_run_at, 24));
    assert.deepEqual(await dueOf('graceful'), nth(graceful.next_run_at, 3, 21));
    assert.deepEqual(await dueOf('lost'), []);
    assert.deepEqual(warnings.map((told) => (told as { job_id: string }).job_id).sort(), [
      'graceful',
      'lost',
    ]);
    // Nothing drifts: what is due next stands where it stood from the beginning.
    assert.equal((await read('one')).next_run_at, plus(one.next_run_at, 24 * hourMs));
    assert.equal((await read('lost')).next_run_at, plus(lost.next_run_at, 23 * hourMs));
    assert.equal((await read('lost')).last_run_at, null);
    assert.notEqual((await read('one')).last_run_at, null);
    await empty();
  });

  test('is not made up for of one that was paused meanwhile', async () => {
    await make('paused', { trigger_type: 'interval', hours: 1 });
    const { body } = await ask(`POST ${path}/paused/pause`);
    assert.deepEqual([body.paused, body.status, body.next_run_at], [true, 'paused', null]);
    advance(5 * hourMs);
    await allHandedOut();
    const { body: resumed } = await ask(`POST ${path}/paused/resume`);
    const leftMs = Date.parse(resumed.next_run_at) - ports.clock.now();
    assert.ok(leftMs > 0 && leftMs <= hourMs);
    await allHandedOut();
    assert.deepEqual(await dueOf('paused'), []);
    await empty();
  });

  test('is run late of what was to run once, and then never again', async () => {
    await make('now', { trigger_type: 'once' });
    const run_date = '2020-02-29T12:00:00.000Z';
    await make('past', { trigger_type: 'once', run_date });
    await make('later', { trigger_type: 'once', run_date: '2999-01-01T00:00:00.000Z' });
    await allHandedOut();
    await allHandedOut();
    assert.equal((await dueOf('now')).length, 1);
    assert.deepEqual(await dueOf('past'), [run_date]);
    assert.deepEqual(await dueOf('later'), []);
    assert.equal((await read('past')).status, 'finished');
    assert.equal((await read('later')).status, 'scheduled');
    await empty();
  });
});

test('one that cannot run any more is paused and told, and the others go on', async () => {
  warnings.length = 0;
  const minutely = { trigger_type: 'interval', minutes: 1 };
  const gone = await make('gone', minutely);
  await make('unfit', minutely);
  await make('unreadable', { trigger_type: 'cron', cron_expression: '* * * * *' });
  await make('well', { trigger_type: 'once', run_date: plus(gone.next_run_at, -1) });
  await pool.query(`update plinth.jobs set function = 'test.gone' where job_id = 'gone'`);
  await pool.query(`update plinth.jobs set payload = '{"name": 7}' where job_id = 'unfit'`);
  await pool.query(`update plinth.jobs set timezone = 'Mars/Olympus' where job_id = 'unreadable'`);
  advance(60_000);
  await allHandedOut();
  assert.equal((await dueOf('well')).length, 1);
  assert.equal((await read('unfit')).status, 'paused');
  assert.equal((await read('unreadable')).status, 'paused');
  // Another version of the server may know the function; for a while it is left to that.
  assert.equal((await read('gone')).status, 'scheduled');
  assert.equal(await nextDueMs(db, ports), undefined);
  advance(300_000);
  await allHandedOut();
  assert.equal((await read('gone')).status, 'paused');
  assert.deepEqual(await actionsOn(gone.id), ['job.created success', 'job.paused failure']);
  assert.equal(warnings.length, 3);
  assert.match(JSON.stringify(warnings), /knows no function test\.gone.*/);
  await empty();
});

test('two processes hand each due time out once', async (t) => {
  const now = ports.clock.now();
  const [first, last] = [now - 100_000, now].map((ms) => new Date(ms).toISOString());
  const names = Array.from({ length: 120 }, (_, n) => `many-${n}`);
  const rows = names.map(
    (job_id) => `(gen_random_uuid(), '${job_id}', 'test.greet', 'interval',
    30, '{"name": "Ada"}', false, '${first}', '${last}')`,
  );
  await pool.query(`insert into plinth.jobs
    (id, job_id, function, trigger_type, seconds, payload, coalesce, next_run_at, end_date) values ${rows.join()}`);
  const others = [await openTicker(ports, log), await openTicker(await peer(), log)];
  t.after(() => Promise.all(others.map((one) => one.close())));
  const count = async () => {
    const { rows } = await pool.query(
      `select count(*)::int as runs, count(distinct (job_id, due_at))::int as times
       from plinth_queue.runs where job_id like 'many-%'`,
    );
    return rows[0];
  };
  while ((await count()).runs < 480) await pause(50);
  assert.deepEqual(await count(), { runs: 480, times: 480 });
  await empty();
});

test('a ticker wakes for what is made, and sleeps when it is closed', async (t) => {
  const ticker = await openTicker(ports, log);
  t.after(ticker.close);
  await make('soon', { trigger_type: 'once', run_date: inMs(50) });
  while ((await dueOf('soon')).length === 0) await pause(20);
  await ticker.close();
  await make('after', { trigger_type: 'once', run_date: inMs(1_000) });
  advance(2_000);
  db.notify(triggersChanged, '');
  await ask(`GET ${path}`);
  assert.deepEqual(await dueOf('after'), []);
  await empty();
});

test('the server’s own jobs are as the code has them, but that people pause them', async () => {
  const kept = async (...jobs: (typeof nightly)[]) => {
    await keepBuiltins(db, {
      ...ports,
      jobs: { ...ports.jobs, byName: new Map(jobs.map((one) => [one.name, one])) },
    });
    const { body } = await ask(`GET ${path}?sort=job_id`);
    return body.data.map((one: { job_id: string }) => one.job_id);
  };
  await make('mine', { trigger_type: 'interval', hours: 1 });
  assert.deepEqual(await kept(nightly, inner), ['mine', 'test.inner', 'test.nightly']);
  const first = await read('test.nightly');
  assert.deepEqual(
    [first.is_builtin, first.function, first.cron_expression, first.status],
    [true, 'test.nightly', '0 3 * * *', 'scheduled'],
  );
  await kept(nightly, inner);
  assert.deepEqual(await read('test.nightly'), first);
  await ask(`POST ${path}/test.nightly/pause`);
  await kept({ ...nightly, cron: '0 5 * * *' });
  const paused = await read('test.nightly');
  assert.deepEqual([paused.cron_expression, paused.next_run_at], ['0 5 * * *', null]);
  const { body: resumed } = await ask(`POST ${path}/test.nightly/resume`);
  assert.match(resumed.next_run_at, /T05:00:00.000Z$/);
  await kept({ ...nightly, cron: '0 6 * * *' });
  assert.match((await read('test.nightly')).next_run_at, /T06:00:00.000Z$/);
  assert.deepEqual(await kept(), ['mine']);
});
