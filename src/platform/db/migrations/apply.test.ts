/** Applying and taking back: all or nothing, once, in order, and never over a changed past. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { migrate } from './apply.ts';
import { downgrade } from './downgrade.ts';
import { emptyDatabase, folderOf, tableNames, writeScripts } from './fixture.ts';
import { readHistory } from './history.ts';
import { list } from './list.ts';

const first = '20260101000000_first';
const second = '20260102000000_second';
const third = '20260103000000_third';
const table = (name: string) => ({
  up: `create table plinth.${name} (id int)`,
  down: `drop table plinth.${name}`,
});
const three = { [first]: table('one'), [second]: table('two'), [third]: table('three') };

test('applies what is pending in order, and a second time nothing', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf(three);
  const said: string[] = [];
  const log = (sentence: string) => said.push(sentence);
  assert.deepEqual(await migrate(pool, { folder, log }), [first, second, third]);
  assert.deepEqual(await migrate(pool, { folder, log }), []);
  assert.deepEqual(await tableNames(pool), ['one', 'three', 'two']);
  assert.deepEqual(said, [`Applied ${first}.`, `Applied ${second}.`, `Applied ${third}.`]);
  const [row] = await readHistory(pool);
  assert.match(row?.applied_at ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('stops after the migration that is named', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf(three);
  assert.deepEqual(await migrate(pool, { folder, to: '20260102' }), [first, second]);
  assert.deepEqual(await migrate(pool, { folder, to: first }), []);
  await assert.rejects(migrate(pool, { folder, to: '2027' }), /There is no migration 2027\./);
  await assert.rejects(migrate(pool, { folder, to: '2026' }), /2026 could be .* write more/);
});

test('takes back as many as asked, down to an id, or all', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf(three);
  await migrate(pool, { folder });
  assert.deepEqual(await downgrade(pool, { folder, target: '-1' }), [third]);
  assert.deepEqual(await downgrade(pool, { folder, target: first }), [second]);
  assert.deepEqual(await tableNames(pool), ['one']);
  assert.deepEqual(await downgrade(pool, { folder, target: first }), []);
  await assert.rejects(downgrade(pool, { folder, target: third }), /There is no applied migration/);
  await assert.rejects(downgrade(pool, { folder, target: '-2' }), /2 cannot be taken back: 1 appl/);
  assert.deepEqual(await downgrade(pool, { folder, target: 'base' }), [first]);
  assert.deepEqual(await migrate(pool, { folder }), [first, second, third]);
});

test('says which migration has no way back, and keeps what came before it', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf({ ...three, [second]: { up: 'select 1' } });
  await migrate(pool, { folder });
  await assert.rejects(downgrade(pool, { folder, target: 'base' }), {
    name: 'Refusal',
    message: `${second} has no down.sql, so it cannot be taken back.`,
  });
  assert.deepEqual(
    (await readHistory(pool)).map(({ id }) => id),
    [first, second],
  );
});

test('a migration that fails leaves nothing of itself, and those before it stay', async () => {
  const pool = await emptyDatabase();
  const up = [
    'create table plinth.half (id int);',
    'insert into plinth.half values (1);\n\n-- a remark\ninsert into plinth.nowhere values (1);',
  ].join('\n--> statement-breakpoint\n');
  const folder = folderOf({ ...three, [second]: { up } });
  await assert.rejects(migrate(pool, { folder }), (error: Error) => {
    assert.equal(error.name, 'Refusal');
    assert.match(error.message, new RegExp(`^${second}/up.sql failed at line 6 \\(relation`));
    assert.match(error.message, /nothing of it was kept: insert into plinth\.half/);
    return true;
  });
  assert.deepEqual(await tableNames(pool), ['one']);
  assert.deepEqual(
    (await readHistory(pool)).map(({ id }) => id),
    [first],
  );
  writeScripts(folder, second, table('two'));
  assert.deepEqual(await migrate(pool, { folder }), [second, third]);
});

test('deployers at the same time apply each migration once', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf(three);
  const applied = await Promise.all(Array.from({ length: 8 }, () => migrate(pool, { folder })));
  assert.deepEqual(applied.flat().sort(), [first, second, third]);
});

test('a script without a transaction keeps what ran and starts anew', async () => {
  const pool = await emptyDatabase();
  const script = (index: string) => `-- no-transaction
create table if not exists plinth.big (id int);
--> statement-breakpoint
create index concurrently ${index} on plinth.big (id);`;
  const folder = folderOf({
    [first]: { up: `${script('')}\n--> statement-breakpoint\nselect nope` },
  });
  await assert.rejects(
    migrate(pool, { folder }),
    /up\.sql failed at line 6 \(.*nope.*\); what ran before it in this script stays/,
  );
  assert.deepEqual(await tableNames(pool), ['big']);
  assert.deepEqual(await readHistory(pool), []);
  writeScripts(folder, first, {
    up: script('if not exists big_id'),
    down: '-- no-transaction\ndrop index concurrently plinth.big_id\n--> statement-breakpoint\ndrop table plinth.big',
  });
  assert.deepEqual(await migrate(pool, { folder }), [first]);
  assert.deepEqual(await downgrade(pool, { folder, target: 'base' }), [first]);
  assert.deepEqual(await tableNames(pool), []);
});

test('refuses a history that was tampered with and names the migration', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf({ [first]: table('one'), [second]: table('two') });
  await migrate(pool, { folder });
  writeScripts(folder, first, { up: 'create table plinth.other (id int)' });
  writeScripts(folder, third, table('three'));
  await assert.rejects(migrate(pool, { folder }), {
    name: 'Refusal',
    message: `${first}/up.sql was changed after it was applied; restore it, and put the change into a new migration.`,
  });
  assert.deepEqual(await tableNames(pool), ['one', 'two']);
  assert.deepEqual(
    (await list(pool, folder)).map(({ state }) => state),
    ['tampered', 'applied', 'pending'],
  );
});

test('line endings and the way back may change after a migration was applied', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf({ [first]: { up: 'select 1;\nselect 2;\n', down: 'select 1' } });
  await migrate(pool, { folder });
  writeScripts(folder, first, { up: 'select 1;\r\nselect 2;\r\n', down: 'select 2' });
  assert.deepEqual(await migrate(pool, { folder }), []);
});

test('refuses to go on where an applied migration is missing on disk', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf(three);
  await migrate(pool, { folder });
  rmSync(join(folder, second), { recursive: true });
  await assert.rejects(migrate(pool, { folder }), {
    message: `${second} was applied but is missing on disk; restore its folder.`,
  });
  await downgrade(pool, { folder, target: second });
  await assert.rejects(downgrade(pool, { folder, target: 'base' }), /second is missing on disk/);
});

test('an older version starts on a database that is ahead of it, and says so', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf(three);
  await migrate(pool, { folder });
  rmSync(join(folder, third), { recursive: true });
  const said: string[] = [];
  assert.deepEqual(await migrate(pool, { folder, log: (sentence) => said.push(sentence) }), []);
  assert.match(said.join(), /third was applied but is not on disk: the database is ahead/);
  assert.equal((await list(pool, folder)).at(-1)?.state, 'missing');
});

test('refuses a migration that is older than one already applied', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf({ [first]: table('one'), [third]: table('three') });
  await migrate(pool, { folder });
  writeScripts(folder, second, table('two'));
  await assert.rejects(
    migrate(pool, { folder }),
    /second was not applied, but the younger .*third/,
  );
  assert.deepEqual(
    (await list(pool, folder)).map(({ state }) => state),
    ['applied', 'out_of_order', 'applied'],
  );
});

test('with nothing pending, no right to create anything is needed', async () => {
  const pool = await emptyDatabase();
  const folder = folderOf(three);
  await migrate(pool, { folder });
  await pool.query('begin read only');
  try {
    assert.deepEqual(await migrate(pool, { folder }), []);
  } finally {
    await pool.query('rollback');
  }
});

test('says what is wrong with a folder', async () => {
  const pool = await emptyDatabase();
  const at = (folder: string) => migrate(pool, { folder });
  await assert.rejects(at('/nowhere/at/all'), /There is no folder \/nowhere\/at\/all/);
  await assert.rejects(
    at(folderOf({ '2026_short': { up: '' } })),
    /is not named <yyyymmddhhmmss>_/,
  );
  const folder = folderOf(three);
  rmSync(join(folder, first, 'up.sql'));
  await assert.rejects(at(folder), /first has no up\.sql/);
  assert.deepEqual(await list(undefined, folderOf({ [first]: { up: '' } })), [
    { id: first, state: 'unknown' },
  ]);
});
