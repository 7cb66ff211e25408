/** Changing the accounts of others: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, harness, password } from '#test/harness.ts';

const { call, caller, signIn, pool } = await harness();
const ada = await caller('ada');
await caller('bob');
const nobody = '019a0000-0000-7000-8000-000000000000';
const users = '/api/v1/users/';
const bulk = `POST ${users}bulk`;

const refresh = (refresh_token: string) =>
  call(undefined, 'POST /api/v1/auth/refresh', { refresh_token });
const alive = async (who: Caller) => (await call(who, 'GET /api/v1/auth/sessions')).status === 200;
const told = async (id: string) => {
  const { rows } = await pool.query(
    'select action, outcome, detail from plinth.audit_log where target_id = $1 order by created_at, id',
    [id],
  );
  return rows.map(({ action, outcome, detail }) =>
    [action, outcome, ...(detail?.fields ?? [])].join(' '),
  );
};

test('a change of a name ends no session, and is told by the name of the field', async () => {
  const eve = await signIn('eve');
  const answer = await call('root', `PATCH ${users}${eve.id}`, {
    email: eve.email,
    full_name: 'Eve II',
    is_active: true,
    is_superuser: false,
  });
  assert.deepEqual([answer.status, answer.body.full_name], [200, 'Eve II']);
  assert.deepEqual(answer.statements, [
    'user-management.hold',
    'sessions.actor',
    'user-management.update',
    'audit.insert',
  ]);
  assert.equal(await alive(eve), true);
  assert.deepEqual(await told(eve.id), ['user.updated success full_name']);
});

test('another address is not confirmed, and makes links to the old one worthless', async () => {
  const { id, email } = await caller('mover');
  await pool.query('update plinth.users set is_verified = true where id = $1', [id]);
  await call(undefined, 'POST /api/v1/auth/forgot-password', { email });
  const links = async () =>
    (await pool.query('select from plinth.one_time_tokens where user_id = $1', [id])).rows.length;
  assert.equal(await links(), 1);
  const same = await call('root', `PATCH ${users}${id}`, { email: email.toUpperCase() });
  assert.deepEqual([same.body.is_verified, await links()], [true, 1]);
  const { body } = await call('root', `PATCH ${users}${id}`, { email: 'Moved@example.com' });
  assert.deepEqual([body.email, body.is_verified, await links()], ['moved@example.com', false, 0]);
});

test('an address somebody has is refused, and nothing changes', async () => {
  const answer = await call('root', `PATCH ${users}${ada.id}`, {
    email: 'BOB@example.com',
    full_name: 'never',
  });
  assert.deepEqual([answer.status, answer.body.code], [409, 'email_taken']);
  assert.equal((await call('ada', 'GET /api/v1/users/me')).body.full_name, 'ada');
});

test('who is switched off is out at once, with every token, and back when switched on', async () => {
  const kim = await signIn('kim');
  const { status, body } = await call('root', `PATCH ${users}${kim.id}`, { is_active: false });
  assert.deepEqual([status, body.is_active], [200, false]);
  assert.equal(await alive(kim), false);
  assert.deepEqual((await refresh(kim.refresh_token)).status, 401);
  const login = { email: kim.email, password };
  assert.equal((await call(undefined, 'POST /api/v1/auth/login', login)).status, 403);
  await call('root', `PATCH ${users}${kim.id}`, { is_active: true });
  assert.equal((await call(undefined, 'POST /api/v1/auth/login', login)).status, 200);
  assert.equal(await alive(kim), false);
  const actions = (await told(kim.id)).filter((line) => line.startsWith('user.'));
  assert.deepEqual(actions, ['user.deactivated success', 'user.activated success']);
});

test('who gets another password is out, and only the new one lets in', async () => {
  const lea = await signIn('lea');
  const next = 'quite another staple 7';
  assert.equal((await call('root', `PATCH ${users}${lea.id}`, { password: next })).status, 200);
  assert.equal(await alive(lea), false);
  const login = (password: string) =>
    call(undefined, 'POST /api/v1/auth/login', { email: lea.email, password });
  assert.deepEqual([(await login(password)).status, (await login(next)).status], [401, 200]);
  const updates = (await told(lea.id)).filter((line) => line.startsWith('user.'));
  assert.deepEqual(updates, ['user.updated success password']);
});

test('a superuser that is none any more loses its powers at once, and one is made at once', async () => {
  const zoe = await signIn('zoe');
  assert.equal((await call('root', `PATCH ${users}${zoe.id}`, { is_superuser: true })).status, 200);
  assert.equal(await alive(zoe), false, 'its tokens say that it is none');
  const { body } = await call(undefined, 'POST /api/v1/auth/login', { email: zoe.email, password });
  const headers = { authorization: `Bearer ${body.access_token}` };
  const list = () => call(undefined, `GET ${users}`, undefined, { headers });
  assert.equal((await list()).status, 200);
  assert.equal(
    (await call('root', `PATCH ${users}${zoe.id}`, { is_superuser: false })).status,
    200,
  );
  assert.equal((await list()).status, 401);
  assert.equal((await refresh(body.refresh_token)).status, 401);
});

test('who is deleted is gone with what is theirs, and the audit log remembers', async () => {
  const gone = await signIn('gone');
  await call(gone, 'POST /api/v1/tasks', { title: 'left' });
  const { status, body, statements } = await call('root', `DELETE ${users}${gone.id}`);
  assert.deepEqual([status, body], [200, { message: 'User deleted successfully' }]);
  assert.deepEqual(statements, [
    'user-management.hold',
    'sessions.actor',
    'sessions.end',
    'organizations.holdPeople',
    'organizations.holdAll',
    'organizations.leaveAll',
    'user-management.remove',
    'tokens.note',
    'audit.insert',
  ]);
  assert.equal(await alive(gone), false);
  assert.equal((await refresh(gone.refresh_token)).status, 401);
  const { rows } = await pool.query('select from plinth.tasks where owner_id = $1', [gone.id]);
  assert.equal(rows.length, 0);
  assert.deepEqual(await told(gone.id), ['user.deleted success']);
});

test('many are switched off, on and deleted at once; ids of nobody do not count', async () => {
  const people = await Promise.all(['m1', 'm2', 'm3'].map((name) => signIn(name)));
  const ids = people.map(({ id }) => id);
  const off = await call('root', bulk, { action: 'deactivate', ids: [...ids, nobody] });
  assert.deepEqual([off.status, off.body], [200, { changed: 3 }]);
  assert.equal(off.statements.filter((name) => name === 'user-management.deactivate').length, 1);
  for (const one of people) assert.equal(await alive(one), false);
  assert.deepEqual((await call('root', bulk, { action: 'deactivate', ids })).body, { changed: 0 });
  assert.deepEqual((await call('root', bulk, { action: 'activate', ids: ids.slice(1) })).body, {
    changed: 2,
  });
  assert.deepEqual((await call('root', bulk, { action: 'delete', ids: [...ids, nobody] })).body, {
    changed: 3,
  });
  assert.deepEqual((await call('root', bulk, { action: 'delete', ids })).body, { changed: 0 });
  const [first = ''] = ids;
  assert.deepEqual(await told(first), ['user.deactivated success', 'user.deleted success']);
});

test('whose password or address a superuser sets is told so by letter, where they were', async () => {
  const { id, email } = await caller('informed');
  const written = async () => {
    const { body } = await call('root', 'GET /api/v1/private/emails/?limit=100');
    return body.data
      .filter(({ recipient }: { recipient: string }) => recipient === email)
      .map(({ subject }: { subject: string }) => subject);
  };
  await call('root', `PATCH ${users}${id}`, { password: 'a ship in the harbour' });
  assert.deepEqual(await written(), ['Your password was changed']);
  await call('root', `PATCH ${users}${id}`, { email: 'elsewhere@example.com' });
  assert.equal((await written())[0], 'Your account has another e-mail address');
});

test('links sent before an account was switched off are worthless once it is on again', async () => {
  for (const off of ['one', 'many']) {
    const { id, email } = await caller(`linked-${off}`);
    await call(undefined, 'POST /api/v1/auth/forgot-password', { email });
    const links = async () =>
      (await pool.query('select from plinth.one_time_tokens where user_id = $1', [id])).rows.length;
    assert.equal(await links(), 1);
    if (off === 'one') await call('root', `PATCH ${users}${id}`, { is_active: false });
    else await call('root', bulk, { action: 'deactivate', ids: [id] });
    assert.equal(await links(), 0);
  }
});
