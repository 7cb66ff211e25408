/** Statements nobody waits for: cancelled in PostgreSQL, directly and behind pgbouncer, and nobody else's. */
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { type Client, noClient } from '#kernel/client.ts';
import { build } from '#kernel/db.ts';
import { system } from '#kernel/principal.ts';
import { Problem } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { databaseOn, poolOptions } from '#platform/db/open.ts';
import { openServer } from '#platform/db/server.ts';
import { call, signIn } from '../process/client.ts';
import { startServer } from '../server-process.ts';
import { bouncer } from './bouncer.ts';
import { emptyDatabase, ownedDatabase, sql as run } from './postgres.ts';

const one = sql`(select 1) as one`;
const nap = statement('cancel.nap', ({ seconds }: Slots<{ seconds: number }>) =>
  build.select({ slept: sql`pg_sleep(${seconds})::text`.as('slept') }).from(one),
);
const kept = pgTable('kept', { n: integer() });
const add = statement('cancel.add', () => build.insert(kept).values({ n: 1 }).returning());
const pid = statement('cancel.pid', () =>
  build.select({ pid: sql<number>`pg_backend_pid()`.as('pid') }).from(one),
);

/** One connection, so that whoever is next has the one that was cancelled. */
async function onOneConnection(url: string) {
  const options = poolOptions({ DB_POOL_SIZE: 1, DB_POOL_TIMEOUT: 10, DB_POOL_RECYCLE: 0 });
  const opened = await openServer(url, options);
  const signingKey = Buffer.alloc(32);
  const database = databaseOn(opened, { prepared: false, rowSecurity: false, signingKey });
  after(() => database.close());
  return database;
}

const asking = (url: string) =>
  run(
    `select query from pg_stat_activity
     where datname = current_database() and application_name = 'plinth' and state <> 'idle'`,
    url,
  );

/** Within seconds there is nothing left of it on the server. */
async function nothingRuns(url: string) {
  for (const until = Date.now() + 20_000; (await asking(url)).length > 0; await sleep(20)) {
    assert.ok(Date.now() < until, 'it still runs');
  }
}

const timedOut = (error: unknown) => {
  const { code } = error as { code?: string };
  return code === '57014' || (error instanceof Problem && error.kind.code === 'timeout');
};

const ways = {
  'to the server': async () => {
    const { url } = await emptyDatabase();
    return { url, through: url };
  },
  'through pgbouncer in transaction mode': async () => {
    const { url } = await ownedDatabase();
    return { url, through: await bouncer(url) };
  },
};

for (const [way, open] of Object.entries(ways)) {
  suite(`a connection ${way}`, async () => {
    const { url, through } = await open();
    const database = await onOneConnection(through);
    const db = database.as(system);
    const leaving = () => {
      const client = { ...noClient, gone: false };
      return { client: client as Client, leave: () => Object.assign(client, { gone: true }) };
    };

    test('a statement of who left is cancelled, and its connection serves the next', async () => {
      const before = await pid(db, {});
      const { client, leave } = leaving();
      const napping = nap(database.as(system, client), { seconds: 60 });
      await sleep(200);
      database.abandon();
      assert.equal((await asking(url)).length, 1, 'who is still there is left alone');
      leave();
      database.abandon();
      await assert.rejects(napping, timedOut);
      await nothingRuns(url);
      assert.deepEqual(await pid(db, {}), before);
    });

    test('a transaction of who left is rolled back, though its work was done', async () => {
      await run('create table kept (n int); grant all on kept to public', url);
      const { client, leave } = leaving();
      const work = database.as(system, client).transaction(async (db) => {
        await add(db, {});
        leave();
      });
      await assert.rejects(work, timedOut);
      assert.deepEqual(await run('select n from kept', url), []);
    });

    test('who left while they waited for a connection begins nothing', async () => {
      const { client, leave } = leaving();
      const first = nap(db, { seconds: 0.3 });
      const waiting = nap(database.as(system, client), { seconds: 60 });
      leave();
      database.abandon();
      await first;
      await assert.rejects(waiting, timedOut);
    });

    test('a cancel that comes late hits nobody else', async () => {
      let cancelled = 0;
      for (let turn = 0; turn < 150; turn++) {
        const { client, leave } = leaving();
        const seconds = 0.004;
        const napping = nap(database.as(system, client), { seconds }).then(
          () => false,
          (error) => timedOut(error),
        );
        const next: Promise<unknown>[] = [1, 2, 3].map(() => nap(db, { seconds: 0.001 }));
        await sleep(Math.random() * 8);
        leave();
        database.abandon();
        await Promise.all(next);
        if (await napping) cancelled++;
      }
      assert.ok(cancelled > 0 && cancelled < 150, `${cancelled} of 150 were cancelled`);
    });
  });
}

/** A server whose answers may take a second, and a person. */
async function impatientServer(url: string) {
  const server = await startServer({ DATABASE_URL: url, REQUEST_TIMEOUT_SECONDS: '1' });
  return { server, ...(await signIn(server)) };
}

/** Holds a table, so that whatever wants it waits. */
async function held(url: string, table: string, work: () => Promise<void>) {
  const holding = run(
    `begin; lock table plinth.${table} in access exclusive mode; select pg_sleep(60)`,
    `${url}${url.includes('?') ? '&' : '?'}application_name=holder`,
  ).catch(() => {});
  const locks = `select 1 from pg_locks where mode = 'AccessExclusiveLock' and granted and relation = 'plinth.${table}'::regclass`;
  while ((await run(locks, url)).length === 0) await sleep(20);
  try {
    await work();
  } finally {
    await run(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holder' and datname = current_database()`,
      url,
    );
    await holding;
  }
}

test('past the deadline the answer is a 503, the statement is gone, and nothing was changed', async () => {
  const { url } = await emptyDatabase();
  const { server, token } = await impatientServer(url);
  await held(url, 'tasks', async () => {
    for (const [line, body] of [
      ['GET /api/v1/tasks', undefined],
      ['POST /api/v1/tasks', { title: 'late' }],
    ] as const) {
      const answer = await call(server, line, { token, body });
      assert.deepEqual([answer.status, answer.body.code], [503, 'timeout'], line);
      assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/);
      assert.equal(answer.headers.get('x-request-id'), answer.body.request_id);
      await nothingRuns(url);
    }
  });
  const { status, body } = await call(server, 'GET /api/v1/tasks', { token });
  assert.deepEqual([status, body.count], [200, 0]);
});

test('a client that closes the connection takes its statement with it', async () => {
  const { url } = await emptyDatabase();
  const server = await startServer({ DATABASE_URL: url });
  const { token } = await signIn(server);
  await held(url, 'tasks', async () => {
    for (const method of ['GET', 'POST']) {
      const leaving = new AbortController();
      const asked = fetch(`${server.url}/api/v1/tasks`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(method === 'POST' && { body: '{"title":"never"}' }),
        signal: leaving.signal,
      });
      while ((await asking(url)).length === 0) await sleep(20);
      leaving.abort();
      await assert.rejects(asked);
      await nothingRuns(url);
    }
  });
  assert.equal((await call(server, 'GET /api/v1/tasks', { token })).body.count, 0);
});
