/** The check: finds every way in which models, migrations and database disagree, and how to mend it. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { integer, text } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { plinth } from '#kernel/db.ts';
import { migrate } from './apply.ts';
import { check } from './check.ts';
import { emptyDatabase, folderOf, writeScripts } from './fixture.ts';
import { generate } from './generate.ts';
import * as rich from './models.fixture.ts';

const books = plinth.table('books', { id: integer().primaryKey(), title: text() });
const models = [{ books }];

async function kinds(
  database: pg.Pool | Error | undefined,
  folder: string,
  of: readonly object[] = models,
) {
  const { findings } = await check(database, { folder, models: of });
  return findings.map(({ kind }) => kind);
}

/** A database with the one migration of `models` applied. */
async function settled() {
  const pool = await emptyDatabase();
  const folder = folderOf();
  const id = (await generate({ folder, models, message: 'first' })) ?? '';
  await migrate(pool, { folder });
  return { pool, folder, id };
}

test('finds nothing where all agree', async () => {
  const { pool, folder } = await settled();
  assert.deepEqual(await check(pool, { folder, models }), { findings: [], notes: [] });
});

test('finds a database that cannot be reached, and still looks at the files', async () => {
  const { folder } = await settled();
  const away = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
  const { findings } = await check(away, { folder, models: [] });
  assert.deepEqual(
    findings.map(({ kind }) => kind),
    ['unreachable', 'models_changed'],
  );
  assert.equal(findings[0]?.message, 'The database cannot be reached: ECONNREFUSED');
  const broken = { query: () => Promise.reject(away) } as unknown as pg.Pool;
  assert.deepEqual(await kinds(broken, folder), ['unreachable']);
});

test('looks at the files alone where no database is asked', async () => {
  const { folder } = await settled();
  assert.deepEqual(await kinds(undefined, folder), []);
  assert.deepEqual(await kinds(undefined, folder, []), ['models_changed']);
});

test('finds what is pending, tampered, missing and out of order', async () => {
  const { pool, folder, id } = await settled();
  writeScripts(folder, '20990101000000_later', { up: 'select 1' });
  assert.deepEqual(await kinds(pool, folder), ['pending']);
  await migrate(pool, { folder });
  assert.deepEqual(await kinds(pool, folder), []);
  writeScripts(folder, '20980101000000_between', { up: 'select 1' });
  assert.deepEqual(await kinds(pool, folder), ['out_of_order']);
  rmSync(join(folder, '20980101000000_between'), { recursive: true });
  writeScripts(folder, id, { up: 'select 2' });
  assert.deepEqual(await kinds(pool, folder), ['tampered']);
  rmSync(join(folder, id), { recursive: true });
  assert.deepEqual(await kinds(pool, folder), ['missing', 'models_changed']);
});

test('finds a database that is ahead', async () => {
  const { pool, folder } = await settled();
  writeScripts(folder, '20990101000000_later', { up: 'select 1' });
  await migrate(pool, { folder });
  rmSync(join(folder, '20990101000000_later'), { recursive: true });
  assert.deepEqual(await kinds(pool, folder), ['ahead']);
});

test('finds models that changed, and says what a migration would do', async () => {
  const { pool, folder } = await settled();
  const changed = plinth.table('books', { id: integer().primaryKey(), name: text() });
  const { findings } = await check(pool, { folder, models: [{ changed }] });
  assert.deepEqual(findings, [
    {
      kind: 'models_changed',
      message: 'The models changed since the last migration: run migrate generate.',
      statements: [
        'ALTER TABLE "plinth"."books" ADD COLUMN "name" text;',
        'ALTER TABLE "plinth"."books" DROP COLUMN "title";',
      ],
    },
  ]);
});

test('every statement changed by hand in the database is found, and mended by what is printed', async (t) => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  await generate({ folder, models: [rich], message: 'rich' });
  await migrate(pool, { folder });
  const changes = [
    'create table plinth.extra (id serial primary key, at timestamptz default now())',
    'drop table plinth.readers',
    'drop table plinth.readers, plinth.notes, plinth.people',
    'alter table plinth.notes add column extra text not null default 1 check (extra <> title)',
    'alter table plinth.notes drop column due_at',
    'alter table plinth.notes alter column code type varchar(9), alter column title drop not null',
    'alter table plinth.notes drop column length, add column length integer',
    'alter table plinth.notes alter column code set not null, alter column code set default 7',
    `alter table plinth.people alter column settings set default '{}', alter column is_active drop default`,
    'alter table plinth.notes drop constraint notes_owner_id_people_id_fk',
    'alter table plinth.people drop constraint people_pkey cascade',
    'alter table plinth.people drop constraint people_email_check, add constraint people_email_check check (true)',
    'drop index plinth.people_email',
    'drop index plinth.notes_owner; create index notes_owner on plinth.notes (owner_id)',
    'create index on plinth.notes (title)',
    'drop policy notes_read on plinth.notes',
    'alter policy notes_write on plinth.notes with check (true)',
    'create policy "all" on plinth.people',
    'alter table plinth.notes disable row level security; alter table plinth.people enable row level security',
    `create type plinth.extra as enum ('a', 'b')`,
    `alter table plinth.people drop column mood; drop type plinth.mood`,
  ];
  for (const change of changes) {
    await t.test(change, async () => {
      await pool.query(change);
      const { findings } = await check(pool, { folder, models: [rich] });
      assert.deepEqual(
        findings.map(({ kind }) => kind),
        ['database_drift'],
      );
      for (const statement of findings[0]?.statements ?? []) await pool.query(statement);
      assert.deepEqual(await check(pool, { folder, models: [rich] }), { findings: [], notes: [] });
    });
  }
});

test('a value an enum lacks is added; one too many is only told of', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  await generate({ folder, models: [rich], message: 'rich' });
  await migrate(pool, { folder });
  await pool.query(`alter type plinth.mood rename value 'sad' to 'blue'`);
  const { findings } = await check(pool, { folder, models: [rich] });
  assert.deepEqual(findings[0]?.statements, [
    `alter type plinth."mood" add value 'sad';`,
    '-- plinth."mood" has a value that cannot be taken away: blue;',
  ]);
});

test('the check leaves no trace', async () => {
  const { pool, folder } = await settled();
  await check(pool, { folder, models });
  const { rows } = await pool.query(
    `select nspname from pg_namespace where nspname like 'plinth%'`,
  );
  assert.deepEqual(rows, [{ nspname: 'plinth' }]);
});

test('what the models need and the database lacks is said', async () => {
  const { pool, folder } = await settled();
  await pool.query('begin read only');
  try {
    await assert.rejects(
      check(pool, { folder, models }),
      /^Refusal: The models could not be built beside the database .*read-only/,
    );
  } finally {
    await pool.query('rollback');
  }
});
