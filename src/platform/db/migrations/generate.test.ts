/** Generating: what changed in the models, both ways, and nothing lost that was not said to go. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { check as checkConstraint, integer, pgPolicy, text } from 'drizzle-orm/pg-core';
import { plinth } from '#kernel/db.ts';
import { migrate } from './apply.ts';
import { downgrade } from './downgrade.ts';
import { databaseDrift } from './drift.ts';
import { emptyDatabase, folderOf, tableNames } from './fixture.ts';
import { generate } from './generate.ts';
import * as rich from './models.fixture.ts';

const books = plinth.table(
  'books',
  { id: integer().primaryKey(), title: text().notNull().unique(), pages: integer() },
  (table) => [checkConstraint('books_title_check', sql`${table.title} <> 'title'`)],
);
const copies = plinth.table('copies', {
  id: integer().primaryKey(),
  book_id: integer().references(() => books.id),
});
const library = [{ books, copies }];

const read = (folder: string, id: string, file: string) =>
  readFileSync(join(folder, id, file), 'utf8');

async function generated(folder: string, models: readonly object[], renames: string[] = []) {
  const id = await generate({ folder, models, message: 'a change', renames });
  assert.ok(id);
  return id;
}

test('up, down and up again leave the database as the models say', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  const id = await generate({ folder, models: [rich], message: 'Rich & first!' });
  assert.match(id ?? '', /^\d{14}_rich_first$/);
  await migrate(pool, { folder });
  assert.deepEqual(await databaseDrift(pool, [rich]), []);
  await downgrade(pool, { folder, target: 'base' });
  assert.deepEqual(await tableNames(pool), []);
  await migrate(pool, { folder });
  assert.deepEqual(await databaseDrift(pool, [rich]), []);
});

test('scripts leave the schema alone and the snapshot is written for eyes', async () => {
  const folder = folderOf();
  const id = await generated(folder, library);
  assert.doesNotMatch(read(folder, id, 'up.sql') + read(folder, id, 'down.sql'), /SCHEMA/);
  assert.match(read(folder, id, 'snapshot.json'), /\n {4}"plinth\.books": \{\n/);
});

test('writes nothing where nothing changed', async () => {
  const folder = folderOf();
  await generated(folder, library);
  assert.equal(await generate({ folder, models: library, message: 'again' }), undefined);
  assert.equal(readdirSync(folder).length, 1);
});

test('a table that two modules export is there once', async () => {
  const folder = folderOf();
  const id = await generated(folder, [...library, { again: books }]);
  assert.equal(read(folder, id, 'up.sql').match(/CREATE TABLE "plinth"."books"/g)?.length, 1);
});

test('a later migration always comes later, even within a second', async () => {
  const folder = folderOf();
  const first = await generated(folder, [{ books }]);
  const second = await generated(folder, library);
  assert.ok(second.slice(0, 14) > first.slice(0, 14));
});

test('policies and enums may change their names without a question', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  const model = (policy: string, type: string, values: [string, ...string[]]) => {
    const kind = plinth.enum(type, values);
    const things = plinth.table(
      'things',
      { id: integer().primaryKey(), kind: kind().notNull().default('a') },
      () => [pgPolicy(policy, { using: sql`id > 0` })],
    );
    return [{ kind, things }];
  };
  const before = model('own', 'sort', ['a', 'b']);
  const after = model('mine', 'kind', ['a', 'b', 'c']);
  await generated(folder, before);
  await migrate(pool, { folder });
  await pool.query('insert into plinth.things values (1)');
  await generated(folder, after);
  await migrate(pool, { folder });
  assert.deepEqual(await databaseDrift(pool, after), []);
  await downgrade(pool, { folder, target: '-1' });
  assert.deepEqual(await databaseDrift(pool, before), []);
  const { rows } = await pool.query('select * from plinth.things');
  assert.deepEqual(rows, [{ id: 1, kind: 'a' }]);
});

test('an empty migration carries the snapshot on and is written by hand', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  await generated(folder, [{ books }]);
  const id = await generate({ folder, models: [{ books }], message: 'fill in', empty: true });
  assert.match(read(folder, id ?? '', 'up.sql'), /^-- Write the statements here/);
  assert.equal((await migrate(pool, { folder })).length, 2);
  await generated(folder, library);
});

test('says what is wrong with an option', async () => {
  const folder = folderOf();
  await generated(folder, library);
  const wrong = (rename: string) =>
    generate({ folder, models: library, message: 'x', renames: [rename] });
  await assert.rejects(wrong('books'), /--rename books should be table=new or table\.column=new\./);
  await assert.rejects(wrong('nothing=new'), /knows no table nothing\./);
  await assert.rejects(wrong('books.nothing=new'), /knows no column books\.nothing\./);
  await assert.rejects(wrong('books.title=pages'), /books already has a column pages\./);
  await assert.rejects(wrong('books=copies'), /There already is a table copies\./);
  await assert.rejects(generate({ folder, models: library, message: '?!' }), /Say in a few words/);
});

test('refuses to build on snapshots that were generated side by side', async () => {
  const folder = folderOf();
  const first = await generated(folder, [{ books }]);
  const second = await generated(folder, library);
  const file = join(folder, second, 'snapshot.json');
  writeFileSync(file, read(folder, second, 'snapshot.json').replace(first, 'another'));
  await assert.rejects(generated(folder, library), {
    message: `${second} was generated without knowing of ${first}; delete its folder and generate it again.`,
  });
  writeFileSync(file, '<<<<<<<');
  await assert.rejects(generated(folder, library), /snapshot\.json is not JSON; restore it\./);
});
