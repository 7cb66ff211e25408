/** Bringing in the accounts of another system: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as users from '#features/users/service.ts';
import { newId } from '#kernel/id.ts';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { readUser } from './foreign-user.ts';
import { importUsers } from './import.ts';

const { ports, pool, caller } = await harness();
const db = ports.database.as(system);
const hash = '$2b$06$abcdefghijklmnopqrstuud/5IuQmqhVO0kfNEbHJM.fJkPiliBzC';
const stored = async (email: string) => {
  const sql = 'select * from plinth.users where email = $1';
  return (await pool.query(sql, [email])).rows[0];
};
const counted = (rows: readonly object[], withSuperusers = false) =>
  importUsers(db, rows.map(readUser), withSuperusers);
const none = {
  imported: 0,
  already_there: 0,
  not_superusers: 0,
  without_password: 0,
  without_two_factor: 0,
};

test('what is read is kept, and doing it again changes nothing', async () => {
  const row = {
    id: newId(),
    email: 'Kept@Example.com',
    full_name: 'Kept',
    is_active: false,
    is_verified: true,
    password_hash: hash,
    created_at: '2024-05-01T10:00:00.123Z',
  };
  assert.deepEqual(await counted([row]), { ...none, imported: 1 });
  const kept = await stored('kept@example.com');
  const { email: _, ...rest } = row;
  assert.deepEqual({ ...kept, ...rest, email: 'kept@example.com' }, kept);
  assert.equal(kept.two_factor_enabled, false);
  const again = { ...row, full_name: 'Changed', email: 'KEPT@example.com' };
  assert.deepEqual(await counted([again]), { ...none, already_there: 1 });
  assert.deepEqual(await stored('kept@example.com'), kept);
});

test('an account that is there is not touched, whatever the import says', async () => {
  const { email } = await caller('ada');
  const before = await stored(email);
  const row = { id: newId(), email, is_superuser: true, password_hash: hash };
  assert.deepEqual(await counted([row], true), { ...none, already_there: 1 });
  assert.deepEqual(await stored(email), before);
});

test('one e-mail in several spellings is one account, the first', async () => {
  const rows = ['Twin@example.com', 'TWIN@example.com', 'twin@Example.com'].map((email) => ({
    email,
    full_name: email,
    password_hash: hash,
  }));
  assert.deepEqual(await counted(rows), { ...none, imported: 1, already_there: 2 });
  assert.equal((await stored('twin@example.com')).full_name, 'Twin@example.com');
});

test('an id that is taken, there or earlier in the import, is given up for another', async () => {
  const { id: taken } = await caller('bob');
  const free = newId();
  const rows = [taken, free, free].map((id, n) => ({ id, email: `id${n}@example.com` }));
  assert.deepEqual(await counted(rows), { ...none, imported: 3, without_password: 3 });
  const ids = await Promise.all(rows.map(async ({ email }) => (await stored(email)).id));
  assert.equal(new Set([...ids, taken]).size, 4);
  assert.equal(ids[1], free);
});

test('nobody is brought in under the id of an organization, as which they would act', async () => {
  const id = newId();
  await pool.query(
    `insert into plinth.organizations (id, name, slug) values ($1, 'Engines', 'engines')`,
    [id],
  );
  const rows = [{ id, email: 'engines@example.com' }];
  assert.deepEqual(await counted(rows), { ...none, imported: 1, without_password: 1 });
  assert.notEqual((await stored('engines@example.com')).id, id);
});

test('superusers are superusers only by wish, and what stays behind is counted', async () => {
  const superuser = (n: number) => ({
    email: `super${n}@example.com`,
    is_superuser: true,
    twoFactorEnabled: true,
    password_hash: hash,
  });
  const counts = { ...none, imported: 1, without_two_factor: 1 };
  assert.deepEqual(await counted([superuser(1)]), { ...counts, not_superusers: 1 });
  assert.equal((await stored('super1@example.com')).is_superuser, false);
  assert.deepEqual(await counted([superuser(2)], true), counts);
  assert.equal((await stored('super2@example.com')).is_superuser, true);
});

test('of two imports of the same file at once, each account comes from one', async () => {
  const rows = Array.from({ length: 50 }, (_, n) => ({ id: newId(), email: `r${n}@example.com` }));
  const both = await Promise.all([counted(rows), counted(rows)]);
  assert.equal(both[0].imported + both[1].imported, 50);
  assert.equal(both[0].already_there + both[1].already_there, 50);
});

test('the audit log tells of each account that came in, once', async () => {
  await pool.query('delete from plinth.audit_log');
  const rows = [{ email: 'told1@example.com' }, { email: 'told2@example.com' }];
  await counted(rows);
  await counted(rows);
  const { rows: entries } = await pool.query(
    `select action, actor_kind, outcome, email from plinth.audit_log
      join plinth.users on users.id = target_id order by email`,
  );
  const told = { action: 'user.imported', actor_kind: 'system', outcome: 'success' };
  assert.deepEqual(
    entries,
    rows.map(({ email }) => ({ ...told, email })),
  );
});

test('the e-mail of an imported account is taken', async () => {
  await counted([{ email: 'taken@example.com' }]);
  await assert.rejects(users.add(db, { email: 'Taken@example.com', password_hash: hash }), {
    name: 'Problem',
  });
});
