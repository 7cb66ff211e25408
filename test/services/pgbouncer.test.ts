/** Behind pgbouncer in transaction mode, where every transaction may get another connection. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, signIn } from '../process/client.ts';
import { type Env, startServer } from '../server-process.ts';
import { bouncer, keepsNamed, version } from './bouncer.ts';
import { load } from './load.ts';
import { ownedDatabase } from './postgres.ts';

/** Runs the server under load of three people. @returns the answers that are no success */
async function underLoad(env: Env) {
  const server = await startServer({
    DATABASE_URL: await bouncer((await ownedDatabase()).url),
    ...env,
  });
  const people = await Promise.all([signIn(server), signIn(server), signIn(server)]);
  const crowds = people.map((person) => load(server, person));
  await sleep(2_000);
  const answers = await Promise.all(crowds.map((crowd) => crowd.end()));
  for (const [index, { id, token }] of people.entries()) {
    const own = answers[index] ?? [];
    const { body } = await call(server, 'GET /api/v1/tasks?limit=1', { token });
    assert.equal(body.count, own.filter(({ status }) => status === 201).length);
    const seen = own.flatMap(({ body }) => body.data ?? []);
    assert.ok(seen.length > 0);
    assert.ok(seen.every(({ owner_id }) => owner_id === id));
  }
  return answers.flat().filter(({ status }) => status !== 200 && status !== 201);
}

test('without named statements the server works behind pgbouncer in transaction mode', async () => {
  assert.deepEqual(await underLoad({ DB_PREPARED_STATEMENTS: 'false' }), []);
});

test(
  'with named statements it works behind a pgbouncer that knows them',
  { skip: !keepsNamed && `pgbouncer ${version.join('.')} does not keep named statements apart` },
  async () => assert.deepEqual(await underLoad({ DB_PREPARED_STATEMENTS: 'true' }), []),
);
