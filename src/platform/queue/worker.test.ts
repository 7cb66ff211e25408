/** Jobs: what is queued runs, in its order and within its bounds, and says what it does. */
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import * as audit from '#features/audit/service.ts';
import { noClient } from '#kernel/client.ts';
import { job } from '#kernel/job.ts';
import { system } from '#kernel/principal.ts';
import { openLog } from '#platform/log.ts';
import { harness } from '#test/harness.ts';
import { enqueue } from './enqueue.ts';
import { openJobs } from './jobs.ts';
import { openWorker } from './worker.ts';

const Note = Type.Object({ note: Type.String() }, { additionalProperties: false });

const noted: string[] = [];
const note = job({
  name: 'test.note',
  summary: 'Notes it',
  payload: Note,
  async run({ payload }) {
    noted.push(payload.note);
    return undefined;
  },
});

const atOnce = { now: 0, most: 0 };
const crowd = job({
  name: 'test.crowd',
  summary: 'Counts how many there are',
  payload: Note,
  concurrency: 3,
  async run() {
    atOnce.most = Math.max(atOnce.most, ++atOnce.now);
    await sleep(5);
    atOnce.now -= 1;
    return { most: atOnce.most };
  },
});

const gate = Promise.withResolvers<void>();
const slow = job({
  name: 'test.slow',
  summary: 'Tells how far it is',
  payload: Note,
  async run({ log, progress }) {
    log('half of it', { done: 1, token: 'swordfish', nested: [{ password: 'swordfish' }] });
    progress(0.25);
    progress(0.5);
    await gate.promise;
    return undefined;
  },
});

const caused = job({
  name: 'test.caused',
  summary: 'Leaves traces',
  payload: Note,
  async run({ db, log, id }) {
    log('traced');
    await audit.record(db, 'test.caused', { target_id: id });
    return undefined;
  },
});

const lines: Record<string, unknown>[] = [];
const logTo = { write: (line: string) => void lines.push(JSON.parse(line)) };
const { ports, pool, runJobs, call } = await harness({
  jobs: [note, crowd, slow, caused],
  logTo,
});
const db = ports.database.as(system);

async function runsOf(name: string) {
  const { rows } = await pool.query(
    'select * from plinth_queue.runs where function = $1 order by created_at, id',
    [name],
  );
  return rows;
}

suite('jobs', () => {
  test('what is queued in a transaction runs if and only if that is committed', async () => {
    const undone = db.transaction(async (db) => {
      await enqueue(db, note, { note: 'undone' });
      throw new Error('undone');
    });
    await assert.rejects(undone, /undone/);
    await db.transaction((db) => enqueue(db, note, { note: 'done' }));
    await runJobs();
    assert.deepEqual(noted.splice(0), ['done']);
  });

  test('no more of one run at once than it allows, and all of them in the end', async () => {
    await db.transaction(async (db) => {
      for (let number = 0; number < 20; number++) await enqueue(db, crowd, { note: `${number}` });
    });
    await runJobs();
    const states = (await runsOf('test.crowd')).map(({ state }) => state);
    assert.deepEqual(states, Array(20).fill('completed'));
    assert.equal(atOnce.most, 3);
  });

  test('what has a higher priority is begun first, and else what came first', async () => {
    await db.transaction(async (db) => {
      await enqueue(db, note, { note: 'low' }, { priority: -1 });
      await enqueue(db, note, { note: 'high' }, { priority: 7 });
    });
    await runJobs();
    assert.deepEqual(noted.splice(0), ['high', 'low']);
  });

  test('no second one waits under a key, and a new one may once that has begun', async () => {
    const one = { singletonKey: 'one', startAfter: '2100-01-01T00:00:00Z' };
    assert.ok(await enqueue(db, note, { note: 'first' }, one));
    assert.equal(await enqueue(db, note, { note: 'second' }, one), undefined);
    await runJobs();
    assert.deepEqual(noted, [], 'it is not due before its time');
    await pool.query(`update plinth_queue.job set start_after = now() where state = 'created'`);
    await runJobs();
    assert.deepEqual(noted.splice(0), ['first']);
    assert.ok(await enqueue(db, note, { note: 'third' }, one));
  });

  test('who runs it hears of it at once, and does not wait until it looks', async () => {
    const { close } = await openWorker(ports, openLog(quiet), { pollMs: 3_600_000 });
    after(close);
    await enqueue(db, note, { note: 'soon' });
    while (!noted.includes('soon')) await sleep(5);
    noted.length = 0;
  });

  test('what it says and how far it is can be read while it runs, without secrets', async () => {
    const run_id = await enqueue(db, slow, { note: '' });
    const ended = runJobs();
    const read = async () => {
      const { rows } = await pool.query(
        `select message, level, attempt, fields, progress from plinth.job_logs
         join plinth.job_progress using (run_id) where run_id = $1`,
        [run_id],
      );
      return rows;
    };
    let seen = await read();
    while (seen.length === 0) {
      await sleep(20);
      seen = await read();
    }
    const fields = { done: 1, token: '[redacted]', nested: [{ password: '[redacted]' }] };
    const line = { message: 'half of it', level: 'info', attempt: 1, fields, progress: 0.5 };
    assert.deepEqual(seen, [line]);
    const [running] = await runsOf('test.slow');
    assert.deepEqual([running?.state, running?.progress], ['active', 0.5]);
    gate.resolve();
    await ended;
    const [ran] = await runsOf('test.slow');
    assert.deepEqual([ran?.state, ran?.progress], ['completed', 1]);
    assert.ok(!JSON.stringify(lines).includes('swordfish'));
  });

  test('what it does and says carries the id of the request that caused it', async () => {
    const asked = ports.database.as(system, { ...noClient, requestId: 'request-7' });
    const run_id = await enqueue(asked, caused, { note: '' });
    await runJobs();
    const { rows } = await pool.query(
      'select request_id from plinth.audit_log where target_id = $1',
      [run_id],
    );
    assert.deepEqual(rows, [{ request_id: 'request-7' }]);
    const line = lines.find(({ msg }) => msg === 'traced');
    assert.deepEqual(
      [line?.run_id, line?.job, line?.request_id, line?.level],
      [run_id, 'test.caused', 'request-7', 'debug'],
    );
  });

  test('what ran, waits and failed is counted', async () => {
    const { body } = await call('root', 'GET /metrics');
    const of = '{function="test.crowd"';
    for (const line of [
      `plinth_job_attempts_total${of},outcome="completed"} 20`,
      `plinth_jobs_running${of}} 0`,
      `plinth_jobs_waiting${of}} 0`,
      `plinth_jobs_failed${of}} 0`,
    ]) {
      assert.ok(body.includes(`${line}\n`), line);
    }
  });

  test('a second job of the same name, or an open payload, is no program', async () => {
    const { database } = ports;
    await assert.rejects(openJobs(database, [note, note]), /two jobs are named test.note/);
    const open = job({ ...note, payload: Type.Object({}), run: async () => undefined });
    await assert.rejects(openJobs(database, [open]), /payload of test.note is open/);
  });
});

const quiet = { LOG_LEVEL: 'silent', ENVIRONMENT: 'production' };
