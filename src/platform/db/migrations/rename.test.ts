/** Renames: said explicitly, they keep every row and rebuild nothing, in both directions. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { check as checkConstraint, index, integer, pgPolicy, text } from 'drizzle-orm/pg-core';
import { plinth } from '#kernel/db.ts';
import { migrate } from './apply.ts';
import { downgrade } from './downgrade.ts';
import { databaseDrift } from './drift.ts';
import { emptyDatabase, folderOf } from './fixture.ts';
import { generate } from './generate.ts';

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

test('renamed columns and tables keep their rows, both ways, and rebuild nothing', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  await generated(folder, library);
  await migrate(pool, { folder });
  await pool.query(`insert into plinth.books values (1, 'Emma', 300)`);
  await pool.query('insert into plinth.copies values (7, 1)');

  const novels = plinth.table(
    'novels',
    { id: integer().primaryKey(), name: text().notNull().unique(), pages: integer() },
    (table) => [checkConstraint('novels_name_check', sql`${table.name} <> 'title'`)],
  );
  const copiesOfNovels = plinth.table('copies', {
    id: integer().primaryKey(),
    novel_id: integer().references(() => novels.id),
  });
  const models = [{ novels, copies: copiesOfNovels }];
  const renames = ['books=novels', 'books.title=name', 'copies.book_id=novel_id'];
  const id = await generated(folder, models, renames);
  assert.doesNotMatch(read(folder, id, 'up.sql') + read(folder, id, 'down.sql'), /DROP|ADD/);

  await migrate(pool, { folder });
  assert.deepEqual(await databaseDrift(pool, models), []);
  const after = await pool.query(
    'select * from plinth.novels join plinth.copies on novel_id = novels.id',
  );
  assert.deepEqual(after.rows, [{ id: 7, name: 'Emma', pages: 300, novel_id: 1 }]);

  await downgrade(pool, { folder, target: '-1' });
  assert.deepEqual(await databaseDrift(pool, library), []);
  const before = await pool.query('select title from plinth.books');
  assert.deepEqual(before.rows, [{ title: 'Emma' }]);
});

test('indexes, policies and computed columns follow a rename', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  const model = (table: string, column: string) => {
    const shelves = plinth.table(
      table,
      {
        id: integer().primaryKey(),
        [column]: text().notNull(),
        length: integer().generatedAlwaysAs(sql.raw(`char_length(${column})`)),
      },
      () => [
        index(`${table}_${column}_idx`)
          .on(sql.raw(`lower(${column})`))
          .where(sql.raw(`${column} <> 'label'`)),
        pgPolicy('own', {
          using: sql.raw(`${column} = 'a'`),
          withCheck: sql.raw(`${column} = 'b'`),
        }),
      ],
    );
    return [{ shelves }];
  };
  const before = model('shelves', 'label');
  const after = model('racks', 'name');
  await generated(folder, before);
  await migrate(pool, { folder });
  const id = await generated(folder, after, ['shelves=racks', 'shelves.label=name']);
  assert.equal(
    read(folder, id, 'up.sql').replaceAll('--> statement-breakpoint\n', ''),
    `ALTER TABLE "plinth"."shelves" RENAME COLUMN "label" TO "name";
ALTER TABLE "plinth"."shelves" RENAME TO "racks";
ALTER TABLE "plinth"."racks" RENAME CONSTRAINT "shelves_pkey" TO "racks_pkey";
ALTER INDEX "plinth"."shelves_label_idx" RENAME TO "racks_name_idx";
`,
  );
  await migrate(pool, { folder });
  assert.deepEqual(await databaseDrift(pool, after), []);
  await downgrade(pool, { folder, target: '-1' });
  assert.deepEqual(await databaseDrift(pool, before), []);
});

test('a rename beside other changes of the same table works both ways', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf();
  await generated(folder, [{ books }]);
  const changed = plinth.table(
    'books',
    { id: integer().primaryKey(), name: text().notNull(), isbn: text() },
    (table) => [checkConstraint('books_name_check', sql`${table.name} <> 'other'`)],
  );
  const options = { folder, models: [{ changed }], message: 'x', renames: ['books.title=name'] };
  await assert.rejects(generate(options), /^Refusal: books\.pages went and books\.isbn came/);
  await generate({ ...options, drops: ['books.pages'] });
  await migrate(pool, { folder });
  assert.deepEqual(await databaseDrift(pool, [{ changed }]), []);
  await downgrade(pool, { folder, target: '-1' });
  assert.deepEqual(await databaseDrift(pool, [{ books }]), []);
});

test('refuses to guess whether a column or a table was renamed', async () => {
  const folder = folderOf();
  await generated(folder, library);
  const other = plinth.table('books', {
    id: integer().primaryKey(),
    name: text(),
    pages: integer(),
  });
  await assert.rejects(generate({ folder, models: [{ other, copies }], message: 'x' }), {
    name: 'Refusal',
    message:
      'books.title went and books.name came: say --rename books.title=name if that is a rename, or --drop books.title to lose its data.',
  });
  const novels = plinth.table('novels', { id: integer().primaryKey() });
  const replaced = [{ books, novels }];
  await assert.rejects(
    generate({ folder, models: replaced, message: 'x' }),
    /copies went and novels came: say --rename copies=novels .* --drop copies/,
  );
  assert.equal(readdirSync(folder).length, 1);
  const id = await generate({ folder, models: replaced, message: 'x', drops: ['copies'] });
  assert.match(read(folder, id ?? '', 'up.sql'), /CREATE TABLE[\s\S]*DROP TABLE "plinth"."copies"/);
});
