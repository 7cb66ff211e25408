/** Each statement tells the database who asks, and what one told the next does not know. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { asc, eq } from 'drizzle-orm';
import { items } from '#features/items/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { anonymous, type Principal, system } from '#kernel/principal.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { openTestDatabase } from '#test/database.ts';
import { bound } from './bind.ts';
import { databaseOn } from './open.ts';

const [ada, bob] = [newId(), newId()];
const opened = await openTestDatabase();
for (const id of [ada, bob]) {
  await opened.pool.query('insert into plinth.users (id, email) values ($1::uuid, $1::text)', [id]);
}
const under = await bound(opened, true);
after(() => under.close());
const { as } = databaseOn(under, {
  prepared: true,
  rowSecurity: true,
  signingKey: Buffer.alloc(32),
});
const person = (userId: string): Principal => ({ ...anonymous, kind: 'user', userId });
const [adas, bobs, nobodys] = [person(ada), person(bob), anonymous].map((one) => as(one)) as [
  Db,
  Db,
  Db,
];

type Row = { id: string; owner_id: string; title: string };
const insert = statement('told.insert', (row: Slots<Row>) =>
  build.insert(items).values(row).returning({ title: items.title }),
);
const all = statement('told.all', () =>
  build.select({ title: items.title }).from(items).orderBy(asc(items.title)),
);
const rename = statement('told.rename', ({ title }: Slots<{ title: string }>) =>
  build.update(items).set({ title }).where(eq(items.title, 'hers')).returning({ id: items.id }),
);
const titles = async (db: Db) => (await all(db, {})).map(({ title }) => title).join();
const add = (db: Db, owner_id: string, title: string) =>
  insert(db, { id: newId(), owner_id, title });

await add(adas, ada, 'hers');
await add(bobs, bob, 'his');

const refused = { code: '42501' };

test('a statement that names nobody is about the rows of whoever asks', async () => {
  assert.equal(await titles(adas), 'hers');
  assert.equal(await titles(bobs), 'his');
  assert.equal(await titles(nobodys), '');
  assert.equal(await titles(as(system)), 'hers,his');
  assert.deepEqual(await rename(bobs, { title: 'taken' }), []);
  await assert.rejects(add(bobs, ada, 'given'), refused);
});

test('outside a transaction nothing of it survives the statement', async () => {
  await titles(as(system));
  await assert.rejects(add(bobs, ada, 'given'), refused);
  const told = `select current_setting('plinth.caller', true) as told`;
  for (let again = 0; again < 10; again++) {
    assert.ok(!(await under.pool.query(told)).rows[0].told);
  }
  assert.equal((await under.pool.query('select from plinth.items')).rowCount, 0);
});

test('callers who take turns on a connection each get their own', async () => {
  const turns = Array.from({ length: 60 }, (_, n) => [adas, bobs, nobodys][n % 3] as Db);
  const seen = await Promise.all(turns.map(titles));
  assert.deepEqual([...new Set(seen)], ['hers', 'his', '']);
  assert.ok(seen.every((title, n) => title === ['hers', 'his', ''][n % 3]));
});

test('in a transaction the way past is one handle’s, and not the next statement’s', async () => {
  await bobs.transaction(async (db) => {
    assert.equal(await titles(db.unscoped('a test of it')), 'hers,his');
    assert.equal(await titles(db), 'his');
    assert.deepEqual(await rename(db, { title: 'taken' }), []);
  });
  assert.equal(await titles(bobs.unscoped('a test of it')), 'hers,his');
  assert.equal(await titles(bobs), 'his');
});

test('inside a way past, a transaction is past too, and a savepoint as far as its handle', async () => {
  await bobs.unscoped('a test of it').transaction(async (past) => {
    await past.transaction(async (db) => assert.equal(await titles(db), 'hers,his'));
  });
  await bobs.transaction(async (db) => {
    await db
      .unscoped('a test of it')
      .transaction(async (past) => assert.equal(await titles(past), 'hers,his'));
    await db.transaction(async (inner) => assert.equal(await titles(inner), 'his'));
    assert.equal(await titles(db), 'his');
  });
});

test('after a statement that failed, and after a savepoint that was taken back, it is as before', async () => {
  await bobs.transaction(async (db) => {
    const failed = db.transaction(async (inner) => {
      await titles(inner.unscoped('a test of it'));
      await add(inner, ada, 'given');
    });
    await assert.rejects(failed, refused);
    assert.equal(await titles(db), 'his');
  });
  assert.equal(await titles(bobs), 'his');
  assert.equal(await titles(adas), 'hers');
});

test('who acts past the policies is still known', () => {
  assert.equal(bobs.unscoped('a test of it').principal.userId, bob);
});
