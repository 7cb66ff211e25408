/** The last active superuser: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, harness } from '#test/harness.ts';

const { call, caller, signIn, pool, ports } = await harness();
const users = '/api/v1/users/';
const bulk = `POST ${users}bulk`;

test('the last active superuser stays', async () => {
  const root = await caller('root');
  const ada = await caller('ada');
  const off = await caller('off');
  await pool.query('update plinth.users set is_superuser = true, is_active = false where id = $1', [
    off.id,
  ]);
  const at = `${users}${root.id}`;
  const attempts = [
    [`PATCH ${at}`, { is_active: false }],
    [`PATCH ${at}`, { is_superuser: false }],
    [bulk, { action: 'deactivate', ids: [ada.id, root.id, off.id] }],
  ] as const;
  for (const [line, body] of attempts) {
    const answer = await call('root', line, body);
    assert.deepEqual(
      [answer.status, answer.body.code],
      [409, 'last_superuser'],
      JSON.stringify(body),
    );
  }
  assert.equal((await call(ada, 'GET /api/v1/users/me')).status, 200, 'the whole is refused');
  const { rows } = await pool.query(
    `select action, detail from plinth.audit_log where outcome = 'failure' order by created_at, id`,
  );
  const refused = rows.map(({ action, detail }) => `${action} ${detail.reason}`);
  const updated = 'user.updated last_superuser';
  assert.deepEqual(refused, [updated, updated, 'user.deactivated last_superuser']);
  assert.equal((await call('root', `DELETE ${users}${off.id}`)).status, 200);
});

/** Superusers beside root, each with a session, and root out of the way meanwhile. */
async function superusers(count: number, round: number) {
  const names = Array.from({ length: count }, (_, n) => `super-${round}-${n}`);
  for (const name of names) {
    const { id } = await caller(name);
    await pool.query('update plinth.users set is_superuser = true where id = $1', [id]);
  }
  await pool.query(`update plinth.users set is_active = false where email = 'root@example.com'`);
  const sessions = await Promise.all(names.map((name) => signIn(name)));
  return Promise.all(
    sessions.map(async ({ id, session_id, ...rest }) => {
      const subject = { user_id: id, session_id, superuser: true };
      return { ...rest, id, session_id, token: (await ports.tokens.issue(subject)).access_token };
    }),
  );
}

const away = [
  ['demote', (id: string) => [`PATCH ${users}${id}`, { is_superuser: false }]],
  ['switch off', (id: string) => [`PATCH ${users}${id}`, { is_active: false }]],
  ['delete', (id: string) => [`DELETE ${users}${id}`, undefined]],
  ['switch off many', (id: string) => [bulk, { action: 'deactivate', ids: [id] }]],
  ['delete many', (id: string) => [bulk, { action: 'delete', ids: [id] }]],
] as const;

for (const [index, [name, request]] of away.entries()) {
  test(`of superusers that ${name} each other at once, one stays`, async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b, c] = (await superusers(3, index * 5 + round)) as [Caller, Caller, Caller];
      const rounds = [
        [a, b],
        [b, c],
        [c, a],
      ] as const;
      const answers = await Promise.all(
        rounds.map(([by, { id }]) => {
          const [line, body] = request(id);
          return call(by, line as string, body);
        }),
      );
      const statuses = answers.map(({ status }) => status);
      assert.ok(
        statuses.every((status) => [200, 401, 409].includes(status)),
        `${statuses}`,
      );
      const { rows } = await pool.query(
        'select id from plinth.users where is_superuser and is_active',
      );
      assert.ok(rows.length >= 1);
      const gone = answers.filter(
        ({ status, body }) => status === 200 && body.changed !== 0,
      ).length;
      assert.equal(rows.length, 3 - gone);
      await pool.query(`update plinth.users set is_superuser = false where email like 'super-%'`);
      await pool.query(`update plinth.users set is_active = true where email = 'root@example.com'`);
    }
  });
}

test('who cannot sign in here does not count as a superuser who remains', async () => {
  const own = await harness();
  const [root, external] = [await own.caller('root'), await own.caller('external')];
  await own.pool.query(
    'update plinth.users set is_superuser = true, password_hash = null where id = $1',
    [external.id],
  );
  const demoted = await own.call(root, `PATCH /api/v1/users/${root.id}`, { is_superuser: false });
  assert.deepEqual([demoted.status, demoted.body.code], [409, 'last_superuser']);
});
