/** Letters that are sent again because somebody asks: by the letter or by its run, which are one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { mailServer } from '#test/mail-server.ts';
import * as mail from './service.ts';

const server = await mailServer();
const { call, ports, pool, runJobs, actionsOn } = await harness({ env: server.env });
const db = ports.database.as(system);

let count = 0;
const newAddress = () => `reader-${++count}@example.com`;

/** Writes a letter. @returns its id */
async function write(recipient: string): Promise<string> {
  await mail.send(db, ports, recipient, mail.testLetter(ports.settings, recipient));
  const { rows } = await pool.query('select id from plinth.emails where recipient = $1', [
    recipient,
  ]);
  return rows[0]?.id;
}

const arrived = (recipient: string) => server.received.filter(({ to }) => to.includes(recipient));

/** What a superuser reads of a letter. */
const told = async (id: string) => (await call('root', `GET /api/v1/emails/${id}`)).body;

/** What became of its runs: there is one, which has its id. */
async function runsOf(id: string): Promise<string[]> {
  const { rows } = await pool.query(
    `select id, state from plinth_queue.job where data->'payload'->>'email_id' = $1`,
    [id],
  );
  return rows.map((run) => (run.id === id ? run.state : 'another'));
}

/** What waits for another attempt waits no longer. */
const timePasses = () =>
  pool.query("update plinth_queue.job set start_after = now() where state = 'retry'");

test('one that nobody takes has failed at once, and a superuser sends it again', async () => {
  const recipient = newAddress();
  server.ways.data = (address) => (address === recipient ? '550 5.1.1 No such user' : undefined);
  const id = await write(recipient);
  await runJobs();
  const query = `state=failed&kind=test&recipient=${encodeURIComponent(recipient)}`;
  const { body } = await call('root', `GET /api/v1/emails/?${query}`);
  assert.deepEqual([body.count, body.data[0].id, body.data[0].attempts], [1, id, 1]);
  assert.match(body.data[0].error, /550 5\.1\.1 No such user/);
  assert.deepEqual(await runsOf(id), ['failed']);

  server.ways.data = () => undefined;
  const again = await call('root', `POST /api/v1/emails/${id}/retry`);
  assert.deepEqual([again.status, again.body.state], [200, 'queued']);
  await runJobs();
  const { state, attempts, error } = await told(id);
  assert.deepEqual([state, attempts, error, arrived(recipient).length], ['sent', 2, null, 1]);
  assert.deepEqual(await runsOf(id), ['completed']);
  assert.deepEqual(await actionsOn(id), ['email.retried success']);
  const once = await call('root', `POST /api/v1/emails/${id}/retry`);
  assert.deepEqual([once.status, once.body.code], [409, 'email_not_failed']);
});

test('to queue its run again sends it as well', async () => {
  const recipient = newAddress();
  server.ways.data = (address) => (address === recipient ? '550 5.1.1 No such user' : undefined);
  const id = await write(recipient);
  await runJobs();
  const again = () => call('root', `POST /api/v1/job-runs/${id}/requeue`);
  server.ways.data = (address) => (address === recipient ? '452 full' : undefined);
  assert.equal((await again()).status, 200);
  assert.equal((await call('root', `POST /api/v1/emails/${id}/retry`)).status, 409);
  await runJobs();
  assert.equal((await told(id)).state, 'queued');
  server.ways.data = () => undefined;
  await timePasses();
  await runJobs();
  assert.deepEqual([(await told(id)).state, arrived(recipient).length], ['sent', 1]);
  assert.deepEqual(await runsOf(id), ['completed']);
});

test('one whose run was cancelled, timed out, or is history no more, is sent again, and once', async () => {
  for (const end of ['cancelled', 'timed out', 'gone']) {
    const recipient = newAddress();
    server.ways.recipient = () => '451 greylisted';
    const id = await write(recipient);
    await runJobs();
    const retry = async () => (await call('root', `POST /api/v1/emails/${id}/retry`)).status;
    assert.equal(await retry(), 409, 'it is on its way');
    if (end === 'cancelled') await call('root', `POST /api/v1/job-runs/${id}/cancel`);
    if (end === 'timed out') {
      await pool.query(`update plinth_queue.job set state = 'failed' where id = $1`, [id]);
    }
    if (end === 'gone') await pool.query('delete from plinth_queue.job where id = $1', [id]);
    server.ways.recipient = () => undefined;
    assert.deepEqual([await retry(), await retry()], [200, 409]);
    await runJobs();
    assert.deepEqual([(await told(id)).state, arrived(recipient).length], ['sent', 1]);
    assert.deepEqual(await runsOf(id), ['completed']);
  }
});
