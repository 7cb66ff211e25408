/** A database is dumped and restored whole, policies and all, by a superuser and by an ordinary owner. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { call, password } from '../process/client.ts';
import { type Env, start, startServer, temporaryFolder } from '../server-process.ts';
import { emptyDatabase, ownedDatabase, program, sql } from './postgres.ts';

async function runs(name: string, args: readonly string[], env: Env = {}) {
  const started = start(program(name), args, { env });
  assert.equal((await started.exited).code, 0, started.output());
}

/** What `docs/tenancy.md` says an owner whom the policies bind has to say to dump all rows. */
const everything = { PGOPTIONS: '-c plinth.caller=ffffffff-ffff-ffff-ffff-ffffffffffff' };

const ways = [
  ['a superuser', () => emptyDatabase(), [], {}],
  ['an ordinary owner', () => ownedDatabase(), ['--enable-row-security'], everything],
] as const;

const counted = `select
  (select count(*)::int from plinth.users) as users, (select count(*)::int from plinth.tasks) as tasks,
  (select count(*)::int from plinth.sessions) as sessions, (select count(*)::int from plinth.audit_log) as told,
  (select count(*)::int from pg_policies where schemaname = 'plinth') as policies,
  (select count(*)::int from pg_class where relrowsecurity and relforcerowsecurity) as forced`;
/** The address, with what a session begins with. */
function told(url: string, { options = everything.PGOPTIONS } = {}) {
  const address = new URL(url);
  address.searchParams.set('options', options);
  return address.href;
}

for (const [who, make, options, env] of ways) {
  test(`${who} dumps every row, and a server starts on what was restored`, async () => {
    const { url } = await make();
    const settings = { SECRET_KEY: 'one-key-for-all-processes-of-this-test' };
    const before = await startServer({ ...settings, DATABASE_URL: url });
    const person = { email: 'ada@example.com', password };
    await call(before, 'POST /api/v1/auth/signup', { body: person });
    const { body: session } = await call(before, 'POST /api/v1/auth/login', { body: person });
    const token = session.access_token;
    const task = await call(before, 'POST /api/v1/tasks', { token, body: { title: 'kept' } });
    assert.equal(task.status, 201);
    before.kill();
    await before.exited;

    const file = join(temporaryFolder(), 'dump.sql');
    await runs('pg_dump', ['--schema=plinth', ...options, `--file=${file}`, url], env);
    const rows = await sql(counted, told(url));
    await sql('drop schema plinth cascade', url);
    await runs('psql', ['--quiet', '--set=ON_ERROR_STOP=1', `--file=${file}`, url]);
    assert.deepEqual(await sql(counted, told(url)), rows);

    const after = await startServer({ ...settings, DATABASE_URL: url });
    const { body } = await call(after, 'GET /api/v1/tasks', { token });
    assert.deepEqual(body.data, [task.body]);
    const may = `select has_table_privilege('plinth.audit_log', 'update') as may`;
    const as = who === 'a superuser' ? { options: '-c role=plinth_server' } : {};
    assert.deepEqual(await sql(may, told(url, as)), [{ may: false }]);
  });
}
