/** Policies come with their models, bind the owner too, and do not stand in the way of a migration. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { integer, pgPolicy, text, uuid } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { plinth } from '#kernel/db.ts';
import { personalPolicies } from '#kernel/row-security.ts';
import { transaction } from '../connection.ts';
import { migrate } from './apply.ts';
import { check } from './check.ts';
import { downgrade } from './downgrade.ts';
import { databaseDrift } from './drift.ts';
import { emptyDatabase, folderOf, tableNames, writeScripts } from './fixture.ts';
import { generate } from './generate.ts';

const columns = { id: integer().primaryKey(), user_id: uuid(), title: text() };
const bare = [{ diaries: plinth.table('diaries', columns) }];
const secured = [
  {
    diaries: plinth.table('diaries', columns, () => personalPolicies('diaries')),
  },
];
const row = `insert into plinth.diaries values (1, gen_random_uuid(), 'old')`;

/** The same connection as a role that is no superuser and owns what it makes. */
async function ordinary(pool: pg.Pool) {
  await pool.query(`do $$ begin create role ordinary; exception when duplicate_object then end $$`);
  await pool.query('grant create on database postgres to ordinary; set role ordinary');
  return async () => void (await pool.query('reset role'));
}

async function generated(folder: string, models: readonly object[]) {
  const id = (await generate({ folder, models, message: 'a change' })) ?? '';
  return (file: string) => readFileSync(join(folder, id, file), 'utf8');
}

async function isForced(pool: pg.Pool) {
  const { rows } = await pool.query(
    `select relrowsecurity, relforcerowsecurity from pg_class where oid = 'plinth.diaries'::regclass`,
  );
  return Object.values(rows[0]).join();
}

test('policies that a table is given are forced, and both go with them', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  await generated(folder, bare);
  const read = await generated(folder, secured);
  assert.match(read('up.sql'), /"diaries" FORCE ROW LEVEL SECURITY/);
  assert.match(read('down.sql'), /"diaries" NO FORCE ROW LEVEL SECURITY/);
  await migrate(pool, { folder });
  assert.equal(await isForced(pool), 'true,true');
  assert.deepEqual(await databaseDrift(pool, secured), []);
  await downgrade(pool, { folder, target: '-1' });
  assert.equal(await isForced(pool), 'false,false');
  assert.deepEqual(await databaseDrift(pool, bare), []);
  await migrate(pool, { folder });
  await generated(folder, bare);
  await migrate(pool, { folder });
  assert.equal(await isForced(pool), 'false,false');
  await downgrade(pool, { folder, target: '-1' });
  assert.equal(await isForced(pool), 'true,true');
});

test('a table that comes with policies is forced from the start', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  const read = await generated(folder, secured);
  assert.match(read('up.sql'), /FORCE ROW LEVEL SECURITY/);
  await migrate(pool, { folder });
  assert.equal(await isForced(pool), 'true,true');
  await downgrade(pool, { folder, target: 'base' });
  assert.deepEqual(await tableNames(pool), []);
});

test('what was taken from row security by hand is found, and mended by what is printed', async (t) => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  await generated(folder, secured);
  await migrate(pool, { folder });
  const changes = [
    'alter table plinth.diaries no force row level security',
    'alter table plinth.diaries disable row level security',
    'alter table plinth.diaries disable row level security, no force row level security',
    'drop policy diaries_read on plinth.diaries',
    'alter policy diaries_read on plinth.diaries using (true)',
    'alter policy diaries_change on plinth.diaries with check (true)',
    'alter policy diaries_remove on plinth.diaries to postgres',
    'create policy all_may on plinth.diaries using (true)',
  ];
  for (const change of changes) {
    await t.test(change, async () => {
      await pool.query(change);
      const { findings } = await check(pool, { folder, models: secured });
      for (const statement of findings[0]?.statements ?? []) await pool.query(statement);
      assert.equal(findings[0]?.kind, 'database_drift');
      assert.deepEqual(await check(pool, { folder, models: secured }), { findings: [], notes: [] });
    });
  }
});

for (const [how, head] of [
  ['in a transaction', ''],
  ['outside of one', '-- no-transaction\n'],
]) {
  test(`an ordinary owner migrates the rows of everybody, ${how}, and keeps no right to`, async (t) => {
    const pool = await emptyDatabase();
    const folder = folderOf();
    t.after(await ordinary(pool));
    await generated(folder, secured);
    const between = '\n--> statement-breakpoint\n';
    writeScripts(folder, '20990101000000_rows', {
      up: `${head}${row}${between}-- why\nupdate plinth.diaries set title = 'new'${between}create index concurrently by_title on plinth.diaries (title)`.replace(
        head ? '' : ' concurrently',
        '',
      ),
      down: `${head}delete from plinth.diaries${between}drop index plinth.by_title`,
    });
    await migrate(pool, { folder });
    const seen = () => pool.query('select title from plinth.diaries');
    assert.deepEqual((await seen()).rows, [], 'the connection keeps nothing of what was told');
    const told = await transaction(pool, async (client) => {
      await client.query('reset role');
      return client.query('select title from plinth.diaries');
    });
    assert.deepEqual(told.rows, [{ title: 'new' }]);
    await pool.query('set role ordinary');
    await downgrade(pool, { folder, target: '-1' });
    await pool.query('reset role');
    assert.deepEqual((await seen()).rows, []);
  });
}

test('a script that fails outside a transaction leaves nothing told, and names its line', async (t) => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  t.after(await ordinary(pool));
  await generated(folder, secured);
  writeScripts(folder, '20990101000000_rows', {
    up: `-- no-transaction\n${row}\n--> statement-breakpoint\nupdate plinth.diaries\nset titel = 'x'`,
  });
  await assert.rejects(migrate(pool, { folder }), /failed at line 5 \(column "titel"/);
  assert.deepEqual((await pool.query('select from plinth.diaries')).rows, []);
  const { rows } = await pool.query(`select current_setting('plinth.caller', true) as told`);
  assert.ok(!rows[0].told);
});

test('a block that commits as it goes tells by itself', async (t) => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  t.after(await ordinary(pool));
  await generated(folder, secured);
  const tell = `perform set_config('plinth.caller', 'ffffffff-ffff-ffff-ffff-ffffffffffff', true)`;
  writeScripts(folder, '20990101000000_rows', {
    up: `-- no-transaction\ndo $$ begin\n${tell}; ${row}; commit;\n${tell}; update plinth.diaries set title = 'new'; commit;\nend $$`,
  });
  await migrate(pool, { folder });
  await pool.query('reset role');
  const { rows } = await pool.query('select title from plinth.diaries');
  assert.deepEqual(rows, [{ title: 'new' }]);
});

test('a policy of another kind is forced as well', async () => {
  const folder = folderOf();
  const model = plinth.table('diaries', columns, () => [pgPolicy('own', { using: sql`true` })]);
  const read = await generated(folder, [{ model }]);
  assert.match(read('up.sql'), /"diaries" FORCE ROW LEVEL SECURITY/);
});
