/** Behind pgbouncer in transaction mode, where every transaction may get another connection. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, signIn } from '../process/client.ts';
import { type Env, startServer } from '../server-process.ts';
import { bouncer, keepsNamed, version } from './bouncer.ts';
import { load } from './load.ts';
import { emptyDatabase } from './postgres.ts';

/** Runs the server under load, and counts its answers by status. */
async function underLoad(env: Env) {
  const server = await startServer({
    DATABASE_URL: await bouncer((await emptyDatabase()).url),
    ...env,
  });
  const person = await signIn(server);
  const crowds = Array.from({ length: 3 }, () => load(server, person));
  await sleep(2_000);
  const answers = (await Promise.all(crowds.map((crowd) => crowd.end()))).flat();
  const { body } = await call(server, 'GET /api/v1/tasks?limit=1', { token: person.token });
  const created = answers.filter(({ status }) => status === 201).length;
  assert.equal(body.count, created);
  return answers.filter(({ status }) => status !== 200 && status !== 201);
}

test('without named statements the server works behind pgbouncer in transaction mode', async () => {
  assert.deepEqual(await underLoad({ DB_PREPARED_STATEMENTS: 'false' }), []);
});

test(
  'with named statements it works behind a pgbouncer that knows them',
  { skip: !keepsNamed && `pgbouncer ${version.join('.')} does not keep named statements apart` },
  async () => assert.deepEqual(await underLoad({ DB_PREPARED_STATEMENTS: 'true' }), []),
);
