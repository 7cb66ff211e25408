/** The addresses and settings a database may come with. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { call, signIn } from '../process/client.ts';
import { type Server, startServer } from '../server-process.ts';
import { emptyDatabase, sql } from './postgres.ts';

type Row = { readonly id: string };

/** Writes three tasks, changes one, and reads all of them page by page. */
async function goesRound(server: Server) {
  const { token } = await signIn(server);
  const due_at = '2026-11-20T15:30:00.123Z';
  const written: Row[] = [];
  for (const title of ['one', 'two', 'three']) {
    const { status, body } = await call(server, 'POST /api/v1/tasks', {
      token,
      body: { title, due_at },
    });
    assert.equal(status, 201, JSON.stringify(body));
    assert.equal(body.due_at, due_at);
    assert.match(body.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(Math.abs(Date.parse(body.created_at) - Date.now()) < 60_000, body.created_at);
    written.unshift(body);
  }
  const read: Row[] = [];
  for (let cursor = ''; ; ) {
    const line = `GET /api/v1/tasks?limit=1${cursor && `&cursor=${cursor}`}`;
    const { status, body } = await call(server, line, { token });
    assert.equal(status, 200, JSON.stringify(body));
    read.push(...body.data);
    if (!body.next_cursor) break;
    cursor = body.next_cursor;
  }
  assert.deepEqual(read, written);
}

suite('a server stands on any PostgreSQL', { concurrency: 3 }, () => {
  test('an address in the words of SQLAlchemy is understood', async () => {
    const { url } = await emptyDatabase();
    const DATABASE_URL = url.replace(/^postgres(ql)?:/, 'postgresql+asyncpg:');
    await goesRound(await startServer({ DATABASE_URL }));
  });

  test('without named statements everything works, and the database holds none', async () => {
    const { name, url } = await emptyDatabase();
    const server = await startServer({ DATABASE_URL: url, DB_PREPARED_STATEMENTS: 'false' });
    await goesRound(server);
    assert.equal((await call(server, 'GET /health')).status, 200);
    const [row] = await sql(
      `select count(*)::int as connections from pg_stat_activity where datname = '${name}' and application_name = 'plinth'`,
    );
    assert.ok(Number(row?.connections) > 0, 'the connections say whose they are');
  });

  for (const timezone of ['America/St_Johns', 'Asia/Kathmandu']) {
    test(`a database that lives in ${timezone} gives the same instants`, async () => {
      const { name, url } = await emptyDatabase();
      await sql(`alter database ${name} set timezone = '${timezone}'`);
      await goesRound(await startServer({ DATABASE_URL: url }));
    });
  }

  test('a database that writes dates in another style gives the same instants', async () => {
    const { name, url } = await emptyDatabase();
    await sql(`alter database ${name} set datestyle = 'German'`);
    await goesRound(await startServer({ DATABASE_URL: url }));
  });

  test('a database that is shared keeps its other tables to itself', async () => {
    const { url } = await emptyDatabase();
    await sql('create table users (id int primary key, name text)', url);
    await sql(`insert into users values (1, 'of the front end')`, url);
    await goesRound(await startServer({ DATABASE_URL: url }));
    assert.deepEqual(await sql('select * from users', url), [{ id: 1, name: 'of the front end' }]);
    const others = await sql(
      `select schemaname, tablename from pg_tables where schemaname not in ('plinth', 'plinth_queue', 'pg_catalog', 'information_schema')`,
      url,
    );
    assert.deepEqual(others, [{ schemaname: 'public', tablename: 'users' }]);
  });
});
