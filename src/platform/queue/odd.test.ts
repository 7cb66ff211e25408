/** What comes out odd: errors that nobody can read, lines no column takes, runs of long ago. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Type } from 'typebox';
import { job, type Run } from '#kernel/job.ts';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { enqueue } from './enqueue.ts';

const odd = (name: string, run: (run: Run<object>) => Promise<undefined>) =>
  job({
    name,
    summary: 'Ends oddly',
    payload: Type.Object({}, { additionalProperties: false }),
    retries: 0,
    run,
  });

const own = new Error('it causes itself');
own.cause = own;
const unreadable = new Error();
Object.defineProperty(unreadable, 'message', {
  get() {
    throw new Error('not this way');
  },
});
const trap = new Proxy(new Error('a trap'), {
  getPrototypeOf() {
    throw new Error('nor this');
  },
});
const throwing = [own, unreadable, trap, null, Symbol('odd')].map((error, number) =>
  odd(`test.odd-${number}`, async () => {
    throw error;
  }),
);
/** JSON that no column of numbers takes. */
const endless: unknown = Reflect.get(JSON, 'rawJSON')('1e9999999');
const poisonous = odd('test.poisonous', async ({ log }) => {
  log('one that cannot be kept', { endless });
  log('one that can');
  return undefined;
});

const { ports, pool, runJobs } = await harness({ jobs: [...throwing, poisonous] });
const db = ports.database.as(system);

async function runOf(id: string | undefined) {
  const { rows } = await pool.query('select * from plinth_queue.runs where id = $1', [id]);
  return rows[0];
}

suite('a run', () => {
  test('that throws what nobody can read has failed like any other', async () => {
    const ids = await Promise.all(throwing.map((one) => enqueue(db, one, {})));
    await runJobs();
    for (const id of ids) {
      const { state, error } = await runOf(id);
      assert.equal(state, 'failed');
      assert.match(error, /\w+ \w+/);
    }
  });

  test('that says what cannot be kept is done, and what else it said is there', async () => {
    const id = await enqueue(db, poisonous, {});
    await runJobs();
    assert.equal((await runOf(id)).state, 'completed');
    const { rows } = await pool.query('select message from plinth.job_logs where run_id = $1', [
      id,
    ]);
    assert.deepEqual(rows, [{ message: 'one that can' }]);
  });

  test('of long ago is shown like any other, whatever somebody wrote into its row', async () => {
    const id = await enqueue(db, poisonous, {});
    await runJobs();
    await pool.query(
      `update plinth_queue.job set started_on = started_on - interval '60 days',
         data = data || '{"due_at": "soon"}' where id = $1`,
      [id],
    );
    const { duration_ms, due_at } = await runOf(id);
    assert.deepEqual({ duration_ms, due_at }, { duration_ms: 2_147_483_647, due_at: 'soon' });
  });
});
