/** Waiting for a connection: patient while it has a chance, and refused at once where it has none. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { build } from '#kernel/db.ts';
import { system } from '#kernel/principal.ts';
import { Problem } from '#kernel/problem.ts';
import { statement } from '#kernel/statement.ts';
import { databaseOn, poolOptions } from '#platform/db/open.ts';
import { openServer } from '#platform/db/server.ts';
import { emptyDatabase } from './postgres.ts';

const nap = statement('waiting.nap', () =>
  build.select({ slept: sql`pg_sleep(1.5)::text`.as('slept') }).from(sql`(select 1) as one`),
);
const quick = statement('waiting.quick', () =>
  build.select({ one: sql`1`.as('one') }).from(sql`(select 1) as one`),
);

test('who would stand behind one that waited half of what is allowed is refused at once', async () => {
  const options = poolOptions({ DB_POOL_SIZE: 1, DB_POOL_TIMEOUT: 2, DB_POOL_RECYCLE: 0 });
  const opened = await openServer((await emptyDatabase()).url, options);
  const signingKey = Buffer.alloc(32);
  const database = databaseOn(opened, { prepared: false, rowSecurity: false, signingKey });
  after(() => database.close());
  const db = database.as(system);

  const [running, next, last] = [nap(db, {}), nap(db, {}), nap(db, {})];
  last.catch(() => {});
  await running;
  await sleep(50); // the next one has the connection, after waiting for more than a second
  await assert.rejects(quick(db, {}), (error) => {
    assert.ok(error instanceof Problem);
    return error.kind.code === 'overloaded';
  });
  await next;
  await last.catch(() => {});
  assert.deepEqual(await quick(db, {}), [{ one: 1 }]);
});
