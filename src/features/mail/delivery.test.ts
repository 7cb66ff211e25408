/** Letters on their way: each that is committed arrives once, whatever the mail server does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { mailServer } from '#test/mail-server.ts';
import * as mail from './service.ts';

const server = await mailServer();
const { call, ports, pool, runJobs } = await harness({ env: server.env });
const db = ports.database.as(system);

let count = 0;
const newAddress = () => `reader-${++count}@example.com`;

/** Writes a letter. @returns its id */
async function write(recipient: string, handle = db): Promise<string> {
  await mail.send(handle, ports, recipient, mail.testLetter(ports.settings, recipient));
  const { rows } = await pool.query('select id from plinth.emails where recipient = $1', [
    recipient,
  ]);
  return rows[0]?.id;
}

const arrived = (recipient: string) => server.received.filter(({ to }) => to.includes(recipient));

/** What a superuser reads of a letter. */
const told = async (id: string) => (await call('root', `GET /api/v1/emails/${id}`)).body;

/** What waits for another attempt waits no longer. */
const timePasses = () =>
  pool.query("update plinth_queue.job set start_after = now() where state = 'retry'");

test('a letter is one statement, with its job', async () => {
  const before = await call('root', 'GET /api/v1/utils/health-check/');
  const line = `POST /api/v1/utils/test-email/?email_to=${newAddress()}`;
  const { status, body, statements } = await call('root', line);
  assert.deepEqual([status, body, before.status], [201, { message: 'Test email sent' }, 200]);
  assert.deepEqual(statements, ['mail.insert']);
});

test('a letter that is committed arrives once, and one that is not never does', async () => {
  const [kept, undone] = [newAddress(), newAddress()];
  await assert.rejects(
    db.transaction(async (db) => {
      await mail.send(db, ports, undone, mail.testLetter(ports.settings, undone));
      throw new Error('undone');
    }),
    /undone/,
  );
  const id = await db.transaction(async (db) => {
    await mail.send(db, ports, kept, mail.testLetter(ports.settings, kept));
    return kept;
  });
  await runJobs();
  await runJobs();
  assert.deepEqual([arrived(id).length, arrived(undone).length], [1, 0]);
});

test('what became of it is told, and never what it says', async () => {
  const id = await write(newAddress());
  await runJobs();
  const { created_at, sent_at, recipient, ...rest } = await told(id);
  assert.deepEqual(rest, {
    ...{ id, subject: 'Plinth: test e-mail', kind: 'test' },
    ...{ state: 'sent', attempts: 1, error: null },
  });
  assert.ok(sent_at >= created_at);
  assert.match(arrived(recipient)[0]?.raw ?? '', new RegExp(`^Message-ID: <${id}@`, 'm'));
});

test('a job that is run again sends nothing again', async () => {
  const recipient = newAddress();
  const id = await write(recipient);
  await runJobs();
  await pool.query(
    `update plinth_queue.job set state = 'retry', start_after = now()
     where data->'payload'->>'email_id' = $1`,
    [id],
  );
  await runJobs();
  assert.equal(arrived(recipient).length, 1);
});

test('what has left is marked, however long the database refuses that, and not sent again', async () => {
  await pool.query(`create function plinth.refuse() returns trigger language plpgsql
    as $$ begin raise 'not now'; end $$`);
  await pool.query(`create trigger refuse before update on plinth.emails for each row
    when (new.state = 'sent') execute function plinth.refuse()`);
  const recipient = newAddress();
  const id = await write(recipient);
  const done = runJobs();
  while (arrived(recipient).length === 0) await setImmediate();
  const { state } = await told(id);
  await pool.query('drop function plinth.refuse cascade');
  await done;
  const { state: after, attempts } = await told(id);
  assert.deepEqual([state, after, attempts, arrived(recipient).length], ['queued', 'sent', 1, 1]);
});

test('one that is put off comes later, once', async () => {
  const recipient = newAddress();
  server.ways.recipient = (address) => (address === recipient ? '451 greylisted' : undefined);
  const id = await write(recipient);
  await runJobs();
  const waiting = await told(id);
  assert.deepEqual([waiting.state, waiting.attempts], ['queued', 1]);
  assert.match(waiting.error, /451 greylisted/);
  server.ways.recipient = () => undefined;
  await timePasses();
  await runJobs();
  const { state, attempts, error } = await told(id);
  assert.deepEqual([state, attempts, error, arrived(recipient).length], ['sent', 2, null, 1]);
});

test('while the mail server is away letters wait, and go out when it is back', async () => {
  const recipients = [newAddress(), newAddress(), newAddress()];
  await server.close();
  const ids = await Promise.all(recipients.map((recipient) => write(recipient)));
  for (let attempt = 1; attempt <= 3; attempt++) {
    await timePasses();
    await runJobs();
  }
  const { state, attempts, error } = await told(ids[0] ?? '');
  assert.deepEqual([state, attempts >= 3], ['queued', true]);
  assert.match(error, /ECONNREFUSED/);
  const { rows } = await pool.query(
    `select max(extract(epoch from start_after - now())) as seconds from plinth_queue.job
     where state = 'retry'`,
  );
  assert.ok(rows[0].seconds < 901);
  await server.open();
  await timePasses();
  await runJobs();
  assert.deepEqual(
    recipients.map((recipient) => arrived(recipient).length),
    [1, 1, 1],
  );
});

test('after the last attempt it has failed', async () => {
  const recipient = newAddress();
  server.ways.recipient = (address) => (address === recipient ? '452 full' : undefined);
  const id = await write(recipient);
  await pool.query(
    `update plinth_queue.job set retry_count = retry_limit, state = 'retry', started_on = now()
     where data->'payload'->>'email_id' = $1`,
    [id],
  );
  await timePasses();
  await runJobs();
  server.ways.recipient = () => undefined;
  const { state, error } = await told(id);
  assert.equal(state, 'failed');
  assert.match(error, /452 full/);
});

test('letters are forgotten: those that arrived sooner than those that did not', async () => {
  const ages = { sent: 8, failed: 89, suppressed: 91 };
  const ids: string[] = [];
  for (const [state, days] of Object.entries(ages)) {
    const id = await write(newAddress());
    await runJobs();
    await pool.query(
      `update plinth.emails set state = $1, created_at = now() - $2 * interval '1 day' where id = $3`,
      [state, days, id],
    );
    ids.push(id);
  }
  assert.equal(await mail.forgetEmails(db, ports.settings), 2);
  const left = await Promise.all(
    ids.map(async (id) => (await call('root', `GET /api/v1/emails/${id}`)).status),
  );
  assert.deepEqual(left, [404, 200, 404]);
});

for (const line of [
  'GET /api/v1/emails/',
  'GET /api/v1/emails/:id',
  'POST /api/v1/emails/:id/retry',
]) {
  test(`nobody but superusers may ${line}`, async () => {
    const id = await write(newAddress());
    assert.equal((await call('ada', line.replace(':id', id))).status, 403);
  });
}
