/** User management: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, password } from '#test/harness.ts';

const { call, caller, pool } = await harness();
const ada = await caller('ada');
await caller('bob');
const nobody = '019a0000-0000-7000-8000-000000000000';
const users = '/api/v1/users/';
const bulk = `POST ${users}bulk`;
const privately = 'POST /api/v1/private/users/';

const told = async (id: string) => {
  const { rows } = await pool.query(
    'select action, outcome, detail from plinth.audit_log where target_id = $1 order by created_at, id',
    [id],
  );
  return rows.map(({ action, outcome, detail }) =>
    [action, outcome, ...(detail?.fields ?? [])].join(' '),
  );
};
const make = async (email: string, more: object = {}) => {
  const { status, body } = await call('root', `POST ${users}`, { email, password, ...more });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
};

const cases = [
  ['nobody lists', undefined, `GET ${users}`, undefined, 401],
  ['an ordinary user does not list', 'bob', `GET ${users}`, undefined, 403],
  [
    'an ordinary user makes nobody',
    'bob',
    `POST ${users}`,
    { email: 'x@example.com', password },
    403,
  ],
  ['an ordinary user changes nobody', 'bob', `PATCH ${users}${ada.id}`, { full_name: 'x' }, 403],
  ['nor oneself here', 'ada', `PATCH ${users}${ada.id}`, { is_superuser: true }, 403],
  ['an ordinary user deletes nobody', 'bob', `DELETE ${users}${ada.id}`, undefined, 403],
  ['nor many', 'bob', bulk, { action: 'delete', ids: [ada.id] }, 403],
  ['nobody reads', undefined, `GET ${users}${ada.id}`, undefined, 401],
  ['an ordinary user reads nobody else', 'bob', `GET ${users}${ada.id}`, undefined, 403],
  ['and cannot tell who is there', 'bob', `GET ${users}${nobody}`, undefined, 403],
  ['everybody reads oneself', 'ada', `GET ${users}${ada.id}`, undefined, 200],
  ['in whatever spelling', 'ada', `GET ${users}${ada.id.toUpperCase()}`, undefined, 200],
  ['a superuser reads everybody', 'root', `GET ${users}${ada.id}`, undefined, 200],
  ['a superuser hears that there is none', 'root', `GET ${users}${nobody}`, undefined, 404],
  ['what is not there is not changed', 'root', `PATCH ${users}${nobody}`, { full_name: 'x' }, 404],
  ['nor given a password', 'root', `PATCH ${users}${nobody}`, { password }, 404],
  ['nor switched off', 'root', `PATCH ${users}${nobody}`, { is_active: false }, 404],
  ['what is not there is not deleted', 'root', `DELETE ${users}${nobody}`, undefined, 404],
  ['an id that is none is invalid', 'root', `PATCH ${users}nope`, { full_name: 'x' }, 422],
  ['an empty change is invalid', 'root', `PATCH ${users}${ada.id}`, {}, 422],
  ['an unknown field is refused', 'root', `PATCH ${users}${ada.id}`, { is_verified: true }, 422],
  ['a short password is refused', 'root', `PATCH ${users}${ada.id}`, { password: 'short' }, 422],
  ['a weak password is refused', 'root', `PATCH ${users}${ada.id}`, { password: 'password1' }, 422],
  ['an account needs a password', 'root', `POST ${users}`, { email: 'x@example.com' }, 422],
  ['no ids is invalid', 'root', bulk, { action: 'delete', ids: [] }, 422],
  ['an id twice is invalid', 'root', bulk, { action: 'delete', ids: [nobody, nobody] }, 422],
  [
    'over a hundred ids are invalid',
    'root',
    bulk,
    { action: 'delete', ids: Array(101).fill(nobody) },
    422,
  ],
  ['another action is invalid', 'root', bulk, { action: 'promote', ids: [nobody] }, 422],
] as const;

for (const [name, as, line, body, status] of cases) {
  test(name, async () => {
    const answer = await call(as, line, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    if (status >= 400) assert.match(answer.body.detail, /\w/);
    else assert.ok(!JSON.stringify(answer.body).includes('argon2'));
    if (status === 403)
      assert.deepEqual(
        answer.statements,
        line.startsWith('GET') && line !== `GET ${users}` ? ['user-management.get'] : [],
      );
  });
}

test('the words of refusals are those the clients of the template know', async () => {
  const { body: mine } = await call('bob', `GET ${users}${ada.id}`);
  assert.equal(mine.detail, "The user doesn't have enough privileges");
  const { id } = await caller('root');
  const { status, body } = await call('root', `DELETE ${users}${id}`);
  assert.deepEqual(
    [status, body.detail],
    [403, 'Super users are not allowed to delete themselves'],
  );
  assert.equal((await call('root', bulk, { action: 'delete', ids: [ada.id, id] })).status, 403);
  assert.equal((await call('ada', `GET ${users}${ada.id}`)).status, 200);
});

test('who is made by a superuser signs in, and a letter without the password tells them', async () => {
  const made = await make('New.Person@Example.com', { full_name: 'New', is_superuser: true });
  assert.deepEqual(
    [made.email, made.full_name, made.is_superuser, made.is_active, made.is_verified],
    ['new.person@example.com', 'New', true, true, false],
  );
  const login = await call(undefined, 'POST /api/v1/auth/login', { email: made.email, password });
  assert.equal(login.status, 200);
  const { body } = await call('root', 'GET /api/v1/private/emails/');
  const [letter] = body.data.filter(
    ({ recipient }: { recipient: string }) => recipient === made.email,
  );
  assert.match(letter.text, /http:\/\/localhost:5173\/login/);
  assert.doesNotMatch(letter.text, /correct horse/);
  assert.deepEqual((await told(made.id))[0], 'user.created success');
  const again = await call('root', `POST ${users}`, { email: 'NEW.person@example.com', password });
  assert.deepEqual([again.status, again.body.code], [400, 'user_exists']);
  assert.equal((await call('root', `DELETE ${users}${made.id}`)).status, 200);
});

test('who is made switched off cannot sign in', async () => {
  const { email } = await make('sleeping@example.com', { is_active: false });
  const { status } = await call(undefined, 'POST /api/v1/auth/login', { email, password });
  assert.equal(status, 403);
});

test('names of every script are kept and found without case', async () => {
  const made = await make('Zhanna@Example.com', { full_name: 'Жанна 100%_\\' });
  assert.deepEqual([made.email, made.full_name], ['zhanna@example.com', 'Жанна 100%_\\']);
  for (const search of ['жанна', '100%_\\', 'ZHANNA@']) {
    const { body } = await call('root', `GET ${users}?search=${encodeURIComponent(search)}`);
    const found = body.data.map(({ id }: { id: string }) => id);
    assert.deepEqual(found, [made.id], search);
  }
});

test('an address that no mail server takes is refused, in every script', async () => {
  for (const email of [
    'jos\u00e9@example.com',
    'jose\u0301@example.com',
    'a@школа.example',
    '\u212aim@example.com',
  ]) {
    for (const line of [`POST ${users}`, privately, `PATCH ${users}${ada.id}`]) {
      const { status, body } = await call('root', line, { email, password });
      assert.deepEqual([status, body.errors[0].loc], [422, ['body', 'email']], `${line} ${email}`);
    }
  }
});

test('wildcards in a search are letters', async () => {
  for (const search of ['%', '_', '\\', 'a%a', 'b_b']) {
    const { body } = await call(
      'root',
      `GET ${users}?search=${encodeURIComponent(search)}&is_superuser=true`,
    );
    assert.equal(body.count, 0, search);
  }
});

test('a list is one statement, in pages, filtered, and shows no hash', async () => {
  const first = await call('root', `GET ${users}?limit=2`);
  assert.deepEqual(first.statements, ['user-management.list']);
  assert.equal(first.body.data.length, 2);
  assert.ok(first.body.count > 3);
  assert.doesNotMatch(JSON.stringify(first.body), /argon2|password/);
  const { body: next } = await call(
    'root',
    `GET ${users}?limit=2&cursor=${first.body.next_cursor}`,
  );
  assert.notEqual(next.data[0].id, first.body.data[0].id);
  const { body: superusers } = await call('root', `GET ${users}?is_superuser=true&is_active=true`);
  assert.deepEqual(
    superusers.data.map(({ email }: { email: string }) => email),
    ['root@example.com'],
  );
  const { body: off } = await call('root', `GET ${users}?is_active=false`);
  assert.ok(off.data.every(({ is_active }: { is_active: boolean }) => !is_active));
});

test('in development an account is made without asking who asks', async () => {
  const input = { email: 'Private@example.com', password, full_name: 'P', is_verified: true };
  const { status, body } = await call(undefined, privately, input);
  assert.deepEqual([status, body.email, body.is_verified], [200, 'private@example.com', true]);
  assert.equal((await call(undefined, privately, input)).status, 400);
  const wish = { ...input, email: 'wish@example.com', is_superuser: true };
  assert.equal((await call(undefined, privately, wish)).status, 422);
});
