/** Handles and transactions: the promises. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { system } from '#kernel/principal.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { openTestDatabase } from '#test/database.ts';
import { databaseOn } from './open.ts';

const opened = await openTestDatabase();
after(() => opened.close());
const db = databaseOn(opened, {
  prepared: true,
  rowSecurity: false,
  signingKey: Buffer.alloc(32),
}).as(system);

const insert = statement('scope.insert', (row: Slots<{ id: string; email: string }>) =>
  build.insert(users).values(row).returning({ email: users.email }),
);
const select = statement('scope.select', () => build.select({ email: users.email }).from(users));

const add = (on: Db, email: string) => insert(on, { id: newId(), email });
const emails = async () => (await select(db, {})).map(({ email }) => email).sort();

test('what fails half way leaves nothing', async () => {
  const work = db.transaction(async (db) => {
    await add(db, 'first');
    throw new Error('half way');
  });
  await assert.rejects(work, /half way/);
  assert.deepEqual(await emails(), []);
});

test('what succeeds stays, and gives its result', async () => {
  assert.deepEqual(await db.transaction((db) => add(db, 'kept')), [{ email: 'kept' }]);
  assert.deepEqual(await emails(), ['kept']);
});

test('a failed part takes back itself and not the whole', async () => {
  await db.transaction(async (db) => {
    await add(db, 'outer');
    const part = db.transaction(async (db) => {
      await add(db, 'inner');
      await add(db, 'kept'); // taken: the unique index refuses it
    });
    await assert.rejects(part, { code: '23505' });
    await db.transaction((db) => add(db, 'second part'));
  });
  assert.deepEqual(await emails(), ['kept', 'outer', 'second part']);
});

test('a statement that fails leaves the connection usable', async () => {
  await assert.rejects(add(db, 'kept'), { code: '23505' });
  assert.equal((await emails()).length, 3);
});

test('many callers share the connections without one seeing the transaction of another', async () => {
  await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const work = db.transaction(async (db) => {
        await add(db, `many ${n}`);
        if (n % 2) throw new Error('odd');
      });
      await work.catch(() => {});
    }),
  );
  assert.equal((await emails()).filter((email) => email.startsWith('many')).length, 10);
});

test('what waits for the commit is called after it, and never for what was taken back', async () => {
  const called: string[] = [];
  const note = (word: string) => () => called.push(word);
  db.afterCommit(note('at once'));
  await db.transaction(async (db) => {
    db.afterCommit(note('outer'));
    await db.transaction(async (db) => db.afterCommit(note('inner')));
    const failed = db.transaction(async (db) => {
      db.afterCommit(note('taken back'));
      throw new Error('half way');
    });
    await assert.rejects(failed);
    assert.deepEqual(called, ['at once']);
  });
  const failed = db.transaction(async (db) => {
    db.afterCommit(note('rolled back'));
    throw new Error('half way');
  });
  await assert.rejects(failed);
  assert.deepEqual(called, ['at once', 'outer', 'inner']);
});
