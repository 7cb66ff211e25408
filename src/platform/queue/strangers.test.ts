/** What who runs the server hears of jobs: failures that are final, and runs that nobody here can do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { job } from '#kernel/job.ts';
import { system } from '#kernel/principal.ts';
import { Input } from '#kernel/schema.ts';
import { openLog } from '#platform/log.ts';
import { harness } from '#test/harness.ts';
import { enqueue } from './enqueue.ts';
import { openWorker } from './worker.ts';

const Nothing = Input('Nothing', {});
const flaky = job({
  name: 'test.flaky-twice',
  summary: 'Fails',
  payload: Nothing,
  retries: 1,
  async run() {
    throw new Error('the server is away');
  },
});

const quiet = { LOG_LEVEL: 'silent', ENVIRONMENT: 'production' };
const lines: Record<string, unknown>[] = [];
const logTo = { write: (line: string) => void lines.push(JSON.parse(line)) };
const { ports, pool, runJobs, call } = await harness({ jobs: [flaky], logTo });
const db = ports.database.as(system);

test('of an attempt that fails a warning is logged only where no other follows', async () => {
  const run_id = await enqueue(db, flaky, {});
  await runJobs();
  await pool.query('update plinth_queue.job set start_after = now() where id = $1', [run_id]);
  await runJobs();
  const [first, second, ...others] = lines.filter(
    (line) => line.run_id === run_id && line.level !== 'debug',
  );
  assert.deepEqual(
    [first?.level, first?.error, first?.err],
    ['info', 'the server is away', undefined],
  );
  assert.deepEqual([second?.level, others], ['warn', []]);
  assert.match(JSON.stringify(second?.err), /the server is away/);
});

test('what waits for a function that is gone is counted, and warned of at the start', async () => {
  await pool.query(`select plinth_queue.create_queue('test.gone', '{"policy": "standard"}')`);
  await pool.query(`insert into plinth_queue.job (name) values ('test.gone'), ('test.gone')`);
  const { body } = await call('root', 'GET /metrics');
  assert.ok(body.includes('plinth_jobs_waiting{function="test.gone"} 2\n'));
  const warned: unknown[] = [];
  const log = Object.assign(openLog(quiet), { warn: (of: unknown) => void warned.push(of) });
  await (await openWorker(ports, log)).close();
  assert.deepEqual(warned, [{ job: 'test.gone', waiting: 2 }]);
});
