/** The probe says what is wrong, and the report counts. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { system } from '#kernel/principal.ts';
import { openLimits } from '#platform/limits/store.ts';
import { openMailer } from '#platform/mail/mailer.ts';
import { enqueue } from '#platform/queue/enqueue.ts';
import { harness } from '#test/harness.ts';
import { probe } from './probe.ts';
import { report } from './report.ts';
import { attemptAt } from './run.fixture.ts';

const { ports, pool, runJobs, caller, call } = await harness();
const db = ports.database.as(system);

/** The run of a job, as the history has it. */
async function runOf(job: typeof probe) {
  const id = await enqueue(db, job, {});
  await runJobs();
  const { rows } = await pool.query('select * from plinth_queue.runs where id = $1', [id]);
  const logs = await pool.query(
    'select message from plinth.job_logs where run_id = $1 order by created_at, id',
    [id],
  );
  return { ...rows[0], lines: logs.rows.map(({ message }) => message) };
}

/** Where nobody listens. */
async function closedPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const due = (job_id: string, sinceSeconds: number, paused = false) =>
  pool.query(
    `insert into plinth.jobs (id, job_id, function, trigger_type, payload, paused, next_run_at)
     values (gen_random_uuid(), $1, 'report.counts', 'cron', '{}', $2, now() - $3 * interval '1 second')`,
    [job_id, paused, sinceSeconds],
  );

test('the probe finds nothing wrong where nothing is', async () => {
  await due('in-time', 20);
  await due('paused', 500, true);
  const { state, error, lines } = await runOf(probe);
  assert.deepEqual([state, error, lines], ['completed', null, []]);
});

test('triggers that are late are counted, and fail it once', async () => {
  await due('late', 70);
  const { state, error, lines, attempt } = await runOf(probe);
  const sentence = 'Triggers that are late by more than 60 seconds: 1.';
  assert.deepEqual([state, error, lines[0], attempt], ['failed', sentence, sentence, 1]);
});

test('each thing that is away has a sentence', async () => {
  const port = await closedPort();
  const quiet = { warn: () => {}, info: () => {} };
  const store = { REDIS_URL: `redis://:hidden-7@127.0.0.1:${port}`, DB_PREPARED_STATEMENTS: true };
  const limits = await openLimits(store, undefined as never, quiet);
  after(limits.close);
  const smtp = {
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: port,
    SMTP_PASSWORD: 'hidden-7',
    SMTP_USER: 'a',
  };
  const mail = openMailer({ ...ports.settings, ...smtp }, () => {});
  after(mail.close);
  const { ended, lines } = attemptAt(probe, { ports: { ...ports, limits, mail }, db });
  await assert.rejects(ended, (error: Error) => error.message === lines.join(' '));
  assert.equal(lines[0], 'Limits are counted in memory: redis does not answer.');
  assert.match(lines[1] ?? '', /^The mail server takes no letters \(.+\)\.$/);
  assert.doesNotMatch(lines.join(), /hidden-7/);
});

test('the report counts what there is', async () => {
  await caller('ada');
  await call('ada', 'POST /api/v1/tasks', { title: 'Ink' });
  await call('ada', 'POST /api/v1/items/', { title: 'Pen' });
  const { state, result, lines, progress } = await runOf(report);
  assert.deepEqual([state, progress], ['completed', 1]);
  assert.deepEqual(result, { users: 1, organizations: 0, tasks: 1, items: 1 });
  assert.deepEqual(lines.slice(0, 2), ['There are 1 users.', 'There are 0 organizations.']);
});
