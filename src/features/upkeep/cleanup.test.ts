/** The cleanup: it removes what is over and nothing else, however often and whatever happens to it. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { system } from '#kernel/principal.ts';
import { enqueue } from '#platform/queue/enqueue.ts';
import { harness } from '#test/harness.ts';
import { cleanup } from './cleanup.ts';
import { attemptAt } from './run.fixture.ts';

const {
  ports,
  pool,
  runJobs,
  caller,
  call,
  peer: openPeer,
} = await harness({
  env: { JOB_HISTORY_DAYS: '7', JOB_FAILED_HISTORY_DAYS: '90' },
});
const peer = await openPeer();
const db = ports.database.as(system);
const { id: user } = await caller('ada');
const { body: organization } = await call('ada', 'POST /api/v1/organizations', { name: 'Engines' });

const ago = (interval: string) => `now() - interval '${interval}'`;
const uuid = () => `'${randomUUID()}'`;

const token = (expires: string) => `insert into plinth.one_time_tokens
  (digest, purpose, user_id, email, expires_at) values (${uuid()}, 'verify_email', '${user}', 'a@b.c', ${expires})`;
const session = (used: string, expires: string, ended = 'null') => `
  insert into plinth.sessions (id, user_id, address, last_used_at, expires_at, ended_at)
  values (${uuid()}, '${user}', '', ${used}, ${expires}, ${ended})`;
const revocation = (at: string) =>
  `insert into plinth.revocations (subject_id, revoked_at) values (${uuid()}, ${at})`;
const answer = (at: string) => `insert into plinth.idempotency_keys
  (digest, caller_id, request, answer, created_at) values (${uuid()}, '${user}', '', '', ${at})`;
const invitation = (state: string, expires: string) => `insert into plinth.invitations
  (id, organization_id, email, role, digest, state, expires_at)
  values (${uuid()}, '${organization.id}', ${uuid()}, 'member', ${uuid()}, '${state}', ${expires})`;
const letter = (state: string, at: string) => `insert into plinth.emails
  (id, recipient, subject, sealed_parts, state, created_at) values (${uuid()}, 'a@b.c', '', '', '${state}', ${at})`;
const limit = (at: string) => `insert into plinth.limit_counts (key, points, expire)
  values (${uuid()}, 1, extract(epoch from ${at}) * 1000)`;
const run = (
  state: string,
  created: string,
  completed = 'null',
  name = 'report.counts',
  id = randomUUID(),
) => `
  insert into plinth_queue.job (id, name, state, created_on, completed_on)
  values ('${id}', '${name}', '${state}', ${created}, ${completed});
  insert into plinth.job_logs (id, run_id, attempt, level, message, created_at)
  values ('${id}', '${id}', 1, 'info', 'Said.', ${created});
  insert into plinth.job_progress (run_id, progress, updated_at) values ('${id}', 1, ${created})`;
const trigger = (type: string, last: string, next = 'null') => `insert into plinth.jobs
  (id, job_id, function, trigger_type, payload, run_date, last_run_at, next_run_at)
  values (${uuid()}, ${uuid()}, 'report.counts', '${type}', '{}', ${ago('9 days')}, ${last}, ${next})`;

const [later, week, quarter] = ["now() + interval '1 hour'", ago('7 days 1 hour'), ago('91 days')];
const lately = ago('6 days 23 hours');

/** Of each noun what is over, and what is not, if only just. */
const nouns = {
  one_time_tokens: {
    over: [token(ago('1 second')), token(ago('9 days'))],
    stays: [token(later)],
  },
  sessions: {
    over: [session(quarter, quarter), session(quarter, later, quarter)],
    stays: [session(quarter, later), session(ago('89 days'), ago('89 days'))],
  },
  revocations: { over: [revocation(ago('17 minutes'))], stays: [revocation(ago('15 minutes'))] },
  idempotency_keys: { over: [answer(ago('25 hours'))], stays: [answer(ago('23 hours'))] },
  invitations: {
    over: [invitation('accepted', quarter), invitation('pending', quarter)],
    stays: [invitation('revoked', ago('89 days')), invitation('pending', later)],
  },
  emails: {
    over: [letter('sent', week), letter('failed', quarter)],
    stays: [letter('sent', lately), letter('failed', week), letter('queued', week)],
  },
  limit_counts: { over: [limit(ago('61 minutes'))], stays: [limit(ago('59 minutes'))] },
  runs: {
    over: [
      run('completed', week, week),
      run('cancelled', week, week),
      run('failed', quarter, quarter),
      run('failed', week, week, 'upkeep.probe'), // the next one tells the same
    ],
    stays: [
      run('completed', quarter, lately), // it waited for long
      run('completed', lately, lately),
      run('failed', week, week),
      run('failed', lately, lately, 'upkeep.probe'),
      run('created', quarter),
      run('active', quarter),
      run('retry', quarter, week),
    ],
  },
  triggers: {
    over: [trigger('once', week), trigger('once', 'null')],
    stays: [trigger('once', lately), trigger('once', week, later), trigger('cron', week)],
  },
};
const tables: Record<string, string> = { runs: 'plinth_queue.job', triggers: 'plinth.jobs' };

const each = async (rows: readonly string[]) => {
  for (const text of rows.flatMap((row) => row.split(';'))) await pool.query(text);
};
const count = async (noun: string) => {
  const { rows } = await pool.query(
    `select count(*)::int as n from ${tables[noun] ?? `plinth.${noun}`}`,
  );
  return rows[0].n as number;
};
const counts = async () => {
  const found: Record<string, number> = {};
  for (const noun of Object.keys(nouns)) found[noun] = await count(noun);
  return found;
};
const fill = async (which: 'over' | 'stays') => {
  for (const { [which]: rows } of Object.values(nouns)) await each(rows);
};
const sizes = Object.fromEntries(
  Object.entries(nouns).map(([noun, { over }]) => [noun, over.length]),
);

await fill('stays');
const kept = await counts();

test('what is over goes, and nothing else', async () => {
  await fill('over');
  const id = await enqueue(db, cleanup, {});
  await runJobs();
  const { rows } = await pool.query('select * from plinth_queue.runs where id = $1', [id]);
  assert.deepEqual([rows[0].state, rows[0].result], ['completed', sizes]);
  await pool.query('delete from plinth_queue.job where id = $1', [id]);
  assert.deepEqual(await counts(), kept);
  for (const table of ['job_logs where run_id', 'job_progress where run_id']) {
    const told = await pool.query(
      `select from plinth.${table} not in (select id from plinth_queue.job) and run_id <> $1`,
      [id],
    );
    assert.equal(told.rows.length, 0, table);
  }
});

test('run twice at once, each row is removed once', async () => {
  await fill('over');
  const both = [ports, peer].map(
    (ports) => attemptAt(cleanup, { ports, db: ports.database.as(system) }).ended,
  );
  const [one = {}, other = {}] = (await Promise.all(both)) as Record<string, number>[];
  const sums = Object.keys(sizes).map((noun) => [noun, (one[noun] ?? 0) + (other[noun] ?? 0)]);
  assert.deepEqual(Object.fromEntries(sums), sizes);
  assert.deepEqual(await counts(), kept);
});

test('ended half way, the next one does the rest', async () => {
  await fill('over');
  const controller = new AbortController();
  const { lines, ended } = attemptAt(cleanup, { ports, db, signal: controller.signal });
  const aborting = (async () => {
    while (lines.length < 3) await new Promise(setImmediate);
    controller.abort(new Error('The server stops'));
  })();
  await assert.rejects(ended, /The server stops/);
  await aborting;
  assert.notDeepEqual(await counts(), kept);
  await attemptAt(cleanup, { ports, db }).ended;
  assert.deepEqual(await counts(), kept);
});

test('more than a batch goes in one run', async () => {
  await pool.query(
    `insert into plinth.revocations (subject_id, revoked_at)
     select gen_random_uuid(), ${week} from generate_series(1, 5001)`,
  );
  const removed = await attemptAt(cleanup, { ports, db }).ended;
  assert.equal(removed?.revocations, 5001);
});

test('what fails keeps nothing else from being done, and the run fails for it', async () => {
  await fill('over');
  await pool.query('alter table plinth.invitations rename to elsewhere');
  const { lines, shares, ended } = attemptAt(cleanup, { ports, db });
  await assert.rejects(ended, { message: 'Could not remove what is over of: invitations.' });
  await pool.query('alter table plinth.elsewhere rename to invitations');
  assert.ok(lines.some((line) => /^invitations: The database refused/.test(line)));
  assert.equal(shares.at(-1), 1);
  assert.deepEqual(await counts(), { ...kept, invitations: (kept.invitations ?? 0) + 2 });
});
