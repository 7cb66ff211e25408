/** Handles and transactions: the promises. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { users } from '#features/users/model.ts';
import { noClient } from '#kernel/client.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { system } from '#kernel/principal.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { openTestDatabase } from '#test/database.ts';
import { databaseOn } from './open.ts';

const opened = await openTestDatabase();
after(() => opened.close());
const database = databaseOn(opened, {
  prepared: true,
  rowSecurity: false,
  signingKey: Buffer.alloc(32),
});
const db = database.as(system);

const insert = statement('scope.insert', (row: Slots<{ id: string; email: string }>) =>
  build.insert(users).values(row).returning({ email: users.email }),
);
const select = statement('scope.select', () => build.select({ email: users.email }).from(users));

const add = (on: Db, email: string) => insert(on, { id: newId(), email });
const together = (first: (db: Db) => Promise<void>, work: (db: Db) => Promise<unknown>) =>
  database.together(system, noClient, first, work);
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

test('an attempt that fails inside a transaction lets statements follow, and outside it is the work alone', async () => {
  await db.transaction(async (db) => {
    await assert.rejects(
      db.attempt((db) => add(db, 'kept')),
      { code: '23505' },
    );
    await add(db, 'after the attempt');
  });
  assert.ok((await emails()).includes('after the attempt'));
  assert.deepEqual(await db.attempt((db) => add(db, 'attempted')), [{ email: 'attempted' }]);
});

test('what is done together holds no connection before its first statement', async () => {
  const { pool } = opened;
  const lent = () => pool.totalCount - pool.idleCount;
  const begun: string[] = [];
  const first = async () => void begun.push('first');
  await together(first, async (db) => {
    await database.ping(); // the embedded database has one connection
    assert.deepEqual([lent(), begun], [0, []]);
    await add(db, 'together');
    assert.deepEqual([lent(), begun], [1, ['first']]);
  });
  assert.ok((await emails()).includes('together'));
  await together(first, () => database.ping());
  assert.deepEqual(begun, ['first']);
});

test('what the first part throws is what the first statement throws, and nothing is done', async () => {
  const work = together(
    async (db) => {
      await add(db, 'before the refusal');
      throw new Error('refused');
    },
    async (db) => {
      await assert.rejects(add(db, 'refused'), /refused/);
      await assert.rejects(add(db, 'refused too'), /refused/);
    },
  );
  await assert.rejects(work, /refused/);
  assert.deepEqual(
    (await emails()).filter((email) => /refus/.test(email)),
    [],
  );
});

test('the first part and the work are kept together, or neither is', async () => {
  const first = (name: string) => async (db: Db) => void (await add(db, name));
  await together(first('one of two'), (db) => add(db, 'two of two'));
  const failed = together(first('one of none'), async (db) => {
    await add(db, 'two of none');
    throw new Error('half way');
  });
  await assert.rejects(failed, /half way/);
  assert.deepEqual(
    (await emails()).filter((email) => / of /.test(email)),
    ['one of two', 'two of two'],
  );
});
