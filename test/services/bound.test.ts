/** Whoever the server connects as, row-level security binds it, or it does not start. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { call, signIn } from '../process/client.ts';
import { type Env, run, type Server, startServer } from '../server-process.ts';
import { bouncer } from './bouncer.ts';
import { emptyDatabase, ownedDatabase, ownPostgres, sql } from './postgres.ts';

/** Two people who sign up, and a task of the first that the second neither sees nor changes. */
async function keepsApart(server: Server) {
  const [ada, bob] = [await signIn(server), await signIn(server)];
  const created = await call(server, 'POST /api/v1/tasks', {
    token: ada.token,
    body: { title: 'hers' },
  });
  assert.equal(created.status, 201);
  const path = `/api/v1/tasks/${created.body.id}`;
  for (const [token, status] of [
    [ada.token, 200],
    [bob.token, 404],
  ] as const) {
    assert.equal((await call(server, `GET ${path}`, { token })).status, status);
    const body = { title: 'changed' };
    assert.equal((await call(server, `PATCH ${path}`, { token, body })).status, status);
  }
  const { body } = await call(server, 'GET /api/v1/tasks', { token: bob.token });
  assert.deepEqual(body.data, []);
}

/** The one sentence with which a start is refused. */
async function refusal(env: Env) {
  const started = run(env);
  assert.deepEqual(await started.exited, { code: 1, signal: null });
  const lines = started.errors().trim().split('\n');
  assert.equal(lines.length, 1, started.output());
  return lines[0] ?? '';
}

const refused = (code: string) => (error: { code?: string }) => error.code === code;

suite('whoever the server connects as', { concurrency: 3 }, () => {
  test('an ordinary owner is bound since the policies are forced, and needs no other role', async () => {
    const { url } = await ownedDatabase();
    await keepsApart(await startServer({ DATABASE_URL: url }));
    assert.deepEqual(await sql('select * from plinth.tasks', url), []);
    assert.deepEqual(await sql(`update plinth.tasks set title = 'x' returning id`, url), []);
    const told = `insert into plinth.tasks (id, owner_id, title)
      select gen_random_uuid(), id, 'x' from plinth.users`;
    await assert.rejects(sql(told, url), refused('42501'));
    for (const change of ['delete from', 'truncate']) {
      await assert.rejects(sql(`${change} plinth.audit_log`, url), refused('42501'));
    }
    const [member] = await sql(`select pg_has_role('plinth_server', 'member') as is`, url).catch(
      () => [{ is: false }], // no server of this machine made the role yet
    );
    assert.equal(member?.is, false);
  });

  test('a superuser works as a role that is bound, whatever options the address holds', async () => {
    const { url } = await emptyDatabase();
    const address = new URL(url);
    address.searchParams.set('options', '-c statement_timeout=60000');
    const server = await startServer({ DATABASE_URL: address.href });
    await keepsApart(server);
    const { token } = await signIn(server);
    await sql('revoke select on plinth.tasks from plinth_server', url);
    const answer = await call(server, 'GET /api/v1/tasks', { token });
    assert.equal(answer.status, 500, 'the rights of the role are those of the server');
  });

  test('who may bypass row-level security and make roles makes the one that is bound', async () => {
    const { url } = await ownedDatabase('createrole bypassrls');
    const env = { DATABASE_URL: url, SECRET_KEY: 'one-key-for-all-processes-of-this-test' };
    await keepsApart(await startServer(env));
    await keepsApart(await startServer(env)); // and finds it at the next start
  });

  test('who may bypass it and make no roles is refused', async () => {
    const { url } = await ownedDatabase('bypassrls');
    assert.match(
      await refusal({ DATABASE_URL: url }),
      /plinth_server, which row-level security binds, cannot be had .*ordinary role/,
    );
  });

  test('a superuser through a pooler is refused, and told what to do', async () => {
    const { url } = await emptyDatabase();
    const env = { DATABASE_URL: await bouncer(url), DB_PREPARED_STATEMENTS: 'false' };
    assert.match(await refusal(env), /through a pooler.*Connect as an ordinary role/);
  });

  test('policies cannot be left out as an ordinary role', async () => {
    const { url } = await ownedDatabase();
    assert.match(
      await refusal({ DATABASE_URL: url, DB_ROW_SECURITY: 'false' }),
      /DB_ROW_SECURITY=off needs a database role/,
    );
  });

  test('on a new cluster servers of two databases start at once, and a role that is not bound is refused', async () => {
    const postgres = await ownPostgres();
    await postgres.run();
    await sql('create database other', postgres.url);
    const other = new URL(postgres.url);
    other.pathname = '/other';
    const env = { SECRET_KEY: 'one-key-for-all-processes-of-this-test' };
    const servers = await Promise.all(
      [postgres.url, postgres.url, other.href, other.href].map((DATABASE_URL) =>
        startServer({ ...env, DATABASE_URL }),
      ),
    );
    await Promise.all(servers.map(keepsApart));
    await sql('alter role plinth_server bypassrls', postgres.url);
    assert.match(await refusal({ ...env, DATABASE_URL: postgres.url }), /it passes row-level/);
  });
});
