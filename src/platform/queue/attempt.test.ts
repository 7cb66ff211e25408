/** Attempts: how one ends, what follows, and that none takes more than it may. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { GiveUp, type Job, job, jobsCancelled, type Run } from '#kernel/job.ts';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { enqueue } from './enqueue.ts';

const Nothing = Type.Object({}, { additionalProperties: false });
const failing = (name: string, error: unknown, more: Partial<Job<typeof Nothing>> = {}) =>
  job({
    name,
    summary: 'Fails',
    payload: Nothing,
    async run() {
      throw error;
    },
    ...more,
  });

const flaky = failing('test.flaky', new RangeError('not yet'), {
  retries: 2,
  retryDelaySeconds: 100,
  retryDelayMaxSeconds: 300,
});
const hopeless = failing('test.hopeless', new GiveUp('there is no such address'));
const verbose = failing('test.verbose', new Error(`${'long '.repeat(1_000)}\0`), { retries: 0 });
const asking = failing('test.asking', undefined, {
  retries: 0,
  async run({ ports }) {
    await ports.database.execute('select $1::uuid', ['swordfish']);
    return undefined;
  },
});

const calls: Run<object>[] = [];
const endless = failing('test.endless', undefined, {
  retries: 0,
  timeoutSeconds: 1,
  async run(run) {
    calls.push(run);
    if (calls.length === 1) await new Promise(() => {});
    return undefined;
  },
});
const held = failing('test.held', undefined, {
  run: (run) => {
    calls.push(run);
    return new Promise(() => {});
  },
});
const chatty = failing('test.chatty', undefined, {
  async run({ log }) {
    log('\ud800 no text\0', {
      'no\0key': '\udc00',
      backslash: '\\u0000',
      bytes: 'x'.repeat(9_000),
    });
    const line = 'x'.repeat(10_000);
    for (let number = 0; number < 200_000; number++) log(line);
    return { much: line.repeat(10) };
  },
});

const jobs = [flaky, hopeless, verbose, asking, endless, held, chatty];
const { ports, pool, runJobs } = await harness({ jobs });
const db = ports.database.as(system);

async function runOf(id: string | undefined) {
  const { rows } = await pool.query('select * from plinth_queue.runs where id = $1', [id]);
  return rows[0];
}
async function linesOf(id: string | undefined) {
  const { rows } = await pool.query(
    'select level, attempt, message, fields from plinth.job_logs where run_id = $1 order by created_at, id',
    [id],
  );
  return rows;
}
/** In seconds from now; then it is due. */
async function delayOf(id: string | undefined): Promise<number> {
  const { rows } = await pool.query(
    'select extract(epoch from start_after - now())::float as delay from plinth_queue.job where id = $1',
    [id],
  );
  await pool.query('update plinth_queue.job set start_after = now() where id = $1', [id]);
  return rows[0].delay;
}

suite('an attempt', () => {
  test('that fails is followed by others, ever later and not at the same time, to the last', async () => {
    const both = [await enqueue(db, flaky, {}), await enqueue(db, flaky, {})];
    await runJobs();
    const [id] = both;
    assert.equal((await runOf(id))?.state, 'retry');
    const first = [await delayOf(both[0]), await delayOf(both[1])];
    assert.notEqual(first[0], first[1]);
    for (const delay of first) assert.ok(delay > 90 && delay <= 200, `${delay}`);
    await runJobs();
    const second = await delayOf(id);
    assert.ok(second > 190 && second <= 300, `${second}`);
    await runJobs();
    const { state, attempt, max_attempts, error } = await runOf(id);
    assert.deepEqual([state, attempt, max_attempts, error], ['failed', 3, 3, 'not yet']);
    assert.deepEqual(
      (await linesOf(id)).map(({ attempt, message, fields }) => [attempt, message, fields.name]),
      [1, 2, 3].map((attempt) => [attempt, 'not yet', 'RangeError']),
    );
  });

  const atOnce = [
    ['that gives up', hopeless, 'there is no such address', 4],
    ['whose error is long', verbose, `${'long '.repeat(1_000).slice(0, 1_999)}…`, 1],
    ['that the database refuses', asking, 'The database refused a statement (22P02)', 1],
  ] as const;
  for (const [promise, job, message, max_attempts] of atOnce) {
    test(`${promise} fails at once, and says why without a value or an end`, async () => {
      const id = await enqueue(db, job, {});
      await runJobs();
      const run = await runOf(id);
      assert.deepEqual(
        [run.state, run.attempt, run.max_attempts, run.error],
        ['failed', 1, max_attempts, message],
      );
    });
  }

  test('whose payload does not fit fails for good, and says where', async () => {
    for (const poison of ['null', '7', '{}', '{"payload": {"more": 1}}']) {
      const id = await enqueue(db, hopeless, {}, { startAfter: '2100-01-01T00:00:00Z' });
      await pool.query(
        'update plinth_queue.job set data = $2::jsonb, start_after = now() where id = $1',
        [id, poison],
      );
      await runJobs();
      const { state, attempt, error } = await runOf(id);
      assert.deepEqual([state, attempt], ['failed', 1]);
      assert.match(error, /^body\.payload/);
    }
  });

  test('that takes too long is told so, fails, and makes room though its code goes on', async () => {
    const first = await enqueue(db, endless, {});
    const second = await enqueue(db, endless, {});
    await runJobs();
    const late = calls.shift();
    assert.match(String(late?.signal.reason), /It took longer than 1 seconds/);
    assert.deepEqual(
      [(await runOf(first)).error, (await runOf(second)).state],
      ['It took longer than 1 seconds', 'completed'],
    );
    assert.ok(late);
    await assert.rejects(enqueue(late.db, hopeless, {}), 'nothing it does now is done');
    calls.length = 0;
  });

  test('of what is cancelled is not begun, or told so at once', async () => {
    const cancel = (id: string | undefined) =>
      pool.query(`update plinth_queue.job set state = 'cancelled' where id = $1`, [id]);
    const { ids } = await db.transaction(async (db) => {
      const ids = [await enqueue(db, held, {}), await enqueue(db, held, {})];
      return { ids };
    });
    const ended = runJobs();
    while (calls.length === 0) await sleep(5);
    await cancel(ids[1]);
    await cancel(ids[0]);
    db.notify(jobsCancelled, ids[0] ?? '');
    await ended;
    assert.equal(calls.length, 1);
    assert.match(String(calls[0]?.signal.reason), /cancelled/);
    assert.deepEqual(
      [(await runOf(ids[0])).state, (await runOf(ids[1])).state],
      ['cancelled', 'cancelled'],
    );
  });

  test('that says more than is kept fills neither the table nor the memory', async () => {
    const id = await enqueue(db, chatty, {});
    await runJobs();
    const lines = await linesOf(id);
    const last = lines.pop();
    assert.match(last.message, /More was said than is kept: \d{6} lines were dropped/);
    assert.ok(lines.length <= 1_000);
    assert.ok(lines.reduce((sum, { message }) => sum + message.length, 0) < 300_000);
    assert.deepEqual(
      [lines[0].message, lines[0].fields],
      ['� no text', { dropped: 'too long, or no JSON' }],
    );
    const { state, result } = await runOf(id);
    assert.deepEqual([state, Object.keys(result)], ['completed', ['note']]);
  });
});
