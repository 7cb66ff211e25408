/** What handles tell: heard once it is committed, here at once and by other processes a moment later. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { system } from '#kernel/principal.ts';
import { openTestDatabase } from '#test/database.ts';
import { databaseOn } from './open.ts';
import { connectionString } from './server.ts';

const opened = await openTestDatabase();
const server = process.env.TEST_DATABASE_URL;
const options = { prepared: true, rowSecurity: false, signingKey: Buffer.alloc(32) };
const listenUrl = server && (await urlOfTheDatabase(server));
const processes = [1, 2].map(() =>
  databaseOn({ ...opened, listenUrl, close: async () => {} }, options),
);
after(async () => {
  for (const { close } of processes) await close();
  await opened.close();
});
const [here, there] = processes as [Process, Process];
const db = here.as(system);
type Process = ReturnType<typeof databaseOn>;

async function urlOfTheDatabase(server: string) {
  const { rows } = await opened.pool.query('select current_database() as name');
  const url = new URL(connectionString(server));
  url.pathname = `/${rows[0].name}`;
  return url.href;
}

/** What a process hears on a channel from now on. */
async function ear(on: Process, channel: string) {
  const heard: string[] = [];
  const news = new EventTarget();
  const { promise: listens, resolve } = Promise.withResolvers<void>();
  const hear = (payload: string) => {
    heard.push(payload);
    news.dispatchEvent(new Event('news'));
  };
  on.listen(channel, hear, resolve);
  if (listenUrl) await listens;
  /** Waits until it heard a payload so often. */
  async function until(payload: string, times = 1) {
    while (heard.filter((one) => one === payload).length < times) await once(news, 'news');
  }
  return { heard, until };
}

test('what is told in a transaction is heard after the commit, and never after a rollback', async () => {
  const { heard } = await ear(here, 'told_here');
  const tell = (payload: string) => db.notify('told_here', payload);
  await db.transaction(async (db) => {
    db.notify('told_here', 'outer');
    await db.transaction(async (db) => db.notify('told_here', 'inner'));
    const failed = db.transaction(async (db) => {
      db.notify('told_here', 'taken back');
      throw new Error('half way');
    });
    await assert.rejects(failed, /half way/);
    assert.deepEqual(heard, []);
  });
  assert.deepEqual(heard, ['outer', 'inner']);
  const failed = db.transaction(async (db) => {
    db.notify('told_here', 'rolled back');
    throw new Error('half way');
  });
  await assert.rejects(failed, /half way/);
  tell('outside');
  assert.deepEqual([...new Set(heard)], ['outer', 'inner', 'outside']); // a server repeats it to who told it
});

test('one channel does not hear what is told on another', async () => {
  const { heard } = await ear(here, 'mine');
  db.notify('not_mine', 'theirs');
  db.notify('mine', 'ours');
  assert.deepEqual(heard, ['ours']);
});

const alone = !listenUrl && 'the embedded database has no other process';

test('another process hears it, after the commit and never after a rollback', {
  skip: alone,
}, async () => {
  const { heard, until } = await ear(there, 'told_there');
  await db.transaction(async (db) => {
    db.notify('told_there', 'kept');
    const failed = db.transaction(async (db) => {
      db.notify('told_there', 'taken back');
      throw new Error('half way');
    });
    await assert.rejects(failed, /half way/);
  });
  const failed = db.transaction(async (db) => {
    db.notify('told_there', 'rolled back');
    throw new Error('half way');
  });
  await assert.rejects(failed, /half way/);
  db.notify('told_there', 'last');
  await until('last');
  assert.deepEqual(heard.toSorted(), ['kept', 'last']);
});

test('what is told a hundred times in a moment another process hears at once, and at the end', {
  skip: alone,
}, async () => {
  const near = await ear(here, 'often');
  const far = await ear(there, 'often');
  for (let times = 0; times < 100; times++) db.notify('often', 'again');
  assert.equal(near.heard.length, 100);
  await far.until('again', 2);
  db.notify('often', 'last');
  await far.until('last');
  assert.deepEqual(far.heard, ['again', 'again', 'last']);
});
