/** Statements: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { and, eq, sql } from 'drizzle-orm';
import { text, uuid } from 'drizzle-orm/pg-core';
import { noClient } from './client.ts';
import { build, type Compiled, type Db, plinth } from './db.ts';
import { anonymous } from './principal.ts';
import { type Slots, statement } from './statement.ts';

const notes = plinth.table('notes', { id: uuid().primaryKey(), title: text(), body: text() });

/** A handle that keeps what it is asked to run. */
function recorder() {
  const ran: { statement: Compiled; values: unknown[] }[] = [];
  const db: Db = {
    principal: anonymous,
    client: noClient,
    sign: (text) => Buffer.from(text),
    unscoped: () => db,
    afterCommit: (then) => then(),
    notify: () => {},
    run: async (statement, input) => {
      ran.push({ statement, values: statement.values(input) });
      return [];
    },
    attempt: (work) => work(db),
    transaction: (work) => work(db),
  };
  return { db, ran };
}

type Filter = { id: string; title?: string | undefined; body?: string | undefined };
const builder = ({ id, title, body }: Slots<Filter>) =>
  build
    .select()
    .from(notes)
    .where(and(eq(notes.id, id), title && eq(notes.title, title), body && eq(notes.body, body)));

test('a shape is built once, and its name and text stay the same', async () => {
  let built = 0;
  const list = statement('notes.once', (slots: Slots<Filter>) => {
    built++;
    return builder(slots);
  });
  const { db, ran } = recorder();
  await list(db, { id: 'a', title: 'x' });
  await list(db, { id: 'b', title: 'y' });
  assert.equal(built, 1);
  assert.equal(ran[0]?.statement, ran[1]?.statement);
  assert.deepEqual(
    ran.map(({ values }) => values),
    [
      ['a', 'x'],
      ['b', 'y'],
    ],
  );
});

test('what is left out and what is undefined make one shape, in any order', async () => {
  const list = statement('notes.order', builder);
  const { db, ran } = recorder();
  await list(db, { id: 'a', title: 'x', body: 'y' });
  await list(db, { body: 'y', title: 'x', id: 'a' });
  await list(db, { id: 'a', title: undefined });
  await list(db, { id: 'a' });
  assert.equal(ran[0]?.statement, ran[1]?.statement);
  assert.equal(ran[2]?.statement, ran[3]?.statement);
  assert.notEqual(ran[0]?.statement.prepareAs, ran[2]?.statement.prepareAs);
  assert.deepEqual(ran[1]?.values, ['a', 'x', 'y']);
});

test('two statements of one name are refused', () => {
  statement('notes.twice', builder);
  assert.throws(() => statement('notes.twice', builder), /two statements are named notes.twice/);
});

test('a column under another name is refused, since the row would not have it', async () => {
  const renamed = statement('notes.renamed', () => build.select({ key: notes.id }).from(notes));
  const told = statement('notes.told', () =>
    build.update(notes).set({ title: 'x' }).returning({ key: notes.id }),
  );
  const { db } = recorder();
  for (const verb of [renamed, told]) await assert.rejects(verb(db, {}), /selects id as key/);
});

test('past 256 shapes it still runs, unprepared, and says which statement it is', async () => {
  const wide = statement('notes.wide', (slots: Slots<Record<string, number>>) =>
    build
      .select({ id: notes.id })
      .from(notes)
      .where(and(...Object.values(slots).map((slot) => sql`${slot} > 0`))),
  );
  const { promise, resolve } = Promise.withResolvers<Error & { code?: string }>();
  process.once('warning', resolve);
  const { db, ran } = recorder();
  for (let n = 0; n < 300; n++) await wide(db, { [`key${n}`]: n });
  assert.equal(ran.filter(({ statement }) => statement.prepareAs === undefined).length, 44);
  assert.deepEqual(ran.at(-1)?.values, [299]);
  assert.equal((await promise).code, 'notes.wide');
});
