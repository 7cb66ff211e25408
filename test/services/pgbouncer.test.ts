/** Behind pgbouncer in transaction mode, where every transaction may get another connection. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, signIn } from '../process/client.ts';
import { type Env, start, startServer } from '../server-process.ts';
import { load } from './load.ts';
import { emptyDatabase, freePort, program, serviceFolder, serviceUser, sql } from './postgres.ts';

/** Since when it can keep named statements apart. */
const namedSince = [1, 21];

function version(): readonly number[] {
  const text = execFileSync(program('pgbouncer'), ['--version'], { encoding: 'utf8' });
  return (/(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
}

const [major = 0, minor = 0] = process.env.TEST_DATABASE_URL ? version() : [];
const keepsNamed = major > 1 || minor >= (namedSince[1] ?? 0);

/** A pgbouncer in front of an empty database, with few connections for many clients. */
async function bouncer() {
  const { url } = await emptyDatabase();
  const [folder, port, user] = [serviceFolder(), await freePort(), serviceUser()];
  const { username, password, hostname, port: serverPort, pathname } = new URL(url);
  const name = pathname.slice(1);
  const settings = join(folder, 'pgbouncer.ini');
  const to = `host=${hostname} port=${serverPort || 5432} user=${username}`;
  writeFileSync(
    settings,
    `[databases]
${name} = ${to}${password && ` password=${password}`}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
${keepsNamed ? 'max_prepared_statements = 200' : ''}
`,
  );
  const running = start(program('pgbouncer'), [settings], { cwd: folder, user });
  const through = `postgres://${username}@127.0.0.1:${port}/${name}`;
  for (const until = Date.now() + 30_000; ; await sleep(50)) {
    const answers = await sql('select 1', through).catch((error: Error) => error);
    if (Array.isArray(answers)) return through;
    assert.ok(Date.now() < until, `${answers.message}:\n${running.output()}`);
  }
}

/** Runs the server under load, and counts its answers by status. */
async function underLoad(env: Env) {
  const server = await startServer({ DATABASE_URL: await bouncer(), ...env });
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
  { skip: !keepsNamed && `pgbouncer ${major}.${minor} does not keep named statements apart` },
  async () => assert.deepEqual(await underLoad({ DB_PREPARED_STATEMENTS: 'true' }), []),
);
