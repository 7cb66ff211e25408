/** Invitations seen, accepted and declined by who got the letter: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, password } from '#test/harness.ts';
import { organizationsOf } from '#test/organization.ts';

const server = await harness();
const { call, caller, pool, actionsOn } = server;
const { found, roleOf, stateOf, expire, tokenTo } = organizationsOf(server);
const { id: organization_id, line, invite } = await found({ ada: 'owner', bob: 'admin' });
const accept = 'POST /api/v1/invitations/accept';
const decline = 'POST /api/v1/invitations/decline';
const preview = 'POST /api/v1/invitations/preview';

/** An invitation of somebody with an account, and the token of its letter. */
async function invited(name: string, role = 'member') {
  const { email, id: user_id } = await caller(name);
  const { body } = await invite(email, role);
  return { id: body.id as string, user_id, email, token: await tokenTo(email) };
}

test('what it is, is shown to whoever has the letter, and nothing else', async () => {
  const { token, email } = await invited('curious', 'admin');
  const { status, body, statements } = await call(undefined, preview, { token });
  const { expires_at, ...rest } = body;
  assert.deepEqual([status, statements], [200, ['invitations.preview']]);
  assert.deepEqual(rest, {
    organization_name: 'Analytical Engines',
    inviter_name: 'ada',
    email,
    role: 'admin',
  });
  assert.ok(Date.parse(expires_at) > Date.now());
});

test('who accepts is a member from then on, and is shown the organization', async () => {
  const { id, user_id, token } = await invited('carl', 'admin');
  assert.equal((await call('carl', line('GET'))).status, 404);
  const { status, body } = await call('carl', accept, { token });
  assert.deepEqual([status, body.id, body.role], [200, organization_id, 'admin']);
  assert.equal((await call('carl', line('GET'))).status, 200);
  assert.equal(await stateOf(id), 'accepted');
  assert.deepEqual(await actionsOn(id), [
    'invitation.created success',
    'invitation.accepted success',
  ]);
  assert.ok((await actionsOn(user_id)).includes('member.added success'));
  const { rows } = await pool.query(
    `select actor_id, organization_id from plinth.audit_log where target_id = $1 and action = 'invitation.accepted'`,
    [id],
  );
  assert.deepEqual(rows, [{ actor_id: user_id, organization_id }]);
});

test('who signs up after the letter came accepts it, and that confirms no address', async () => {
  await invite('Newcomer@Example.com');
  const token = await tokenTo('newcomer@example.com');
  const person = { email: 'NEWCOMER@example.com', password };
  await call(undefined, 'POST /api/v1/auth/signup', person);
  const { body } = await call(undefined, 'POST /api/v1/auth/login', person);
  const headers = { authorization: `Bearer ${body.access_token}` };
  const { status } = await call(undefined, accept, { token }, { headers });
  assert.equal(status, 200);
  const { body: me } = await call(undefined, 'GET /api/v1/users/me', undefined, { headers });
  assert.equal(me.is_verified, false);
});

test('another account cannot use it, a superuser neither, and it stays good', async () => {
  const { id, token } = await invited('rightful');
  for (const as of ['mallory', 'bob', 'root']) {
    const { status, body } = await call(as, accept, { token });
    assert.deepEqual([status, body.code], [403, 'invitation_of_another'], as);
  }
  assert.equal(await roleOf('mallory', organization_id), undefined);
  assert.equal(await stateOf(id), 'pending');
  assert.equal((await call('rightful', accept, { token })).status, 200);
});

test('nobody accepts without an account, nor by a key', async () => {
  const { token } = await invited('robotic');
  assert.equal((await call(undefined, accept, { token })).status, 401);
  const all = { name: 'k', permissions: { invitations: ['read', 'write'] } };
  const { body } = await call('robotic', 'POST /api/v1/api-keys', all);
  const headers = { 'x-api-key': body.key };
  assert.equal((await call(undefined, accept, { token }, { headers })).status, 403);
});

test('who is a member by now is neither lowered nor raised', async () => {
  for (const [name, role, offered] of [
    ['olga', 'owner', 'member'],
    ['mike', 'member', 'admin'],
  ] as const) {
    const { id, user_id, token } = await invited(name, offered);
    await pool.query(
      'insert into plinth.members (id, organization_id, user_id, role) values (gen_random_uuid(), $1, $2, $3)',
      [organization_id, user_id, role],
    );
    const { status, body } = await call(name, accept, { token });
    assert.deepEqual([status, body.role], [200, role]);
    assert.deepEqual([await roleOf(name, organization_id), await stateOf(id)], [role, 'accepted']);
    assert.ok(!(await actionsOn(user_id)).includes('member.added success'));
  }
});

test('it is declined without an account, and told of', async () => {
  const { id, token } = await invited('shy');
  assert.equal((await call(undefined, decline, { token })).status, 200);
  assert.equal(await stateOf(id), 'declined');
  assert.deepEqual(await actionsOn(id), [
    'invitation.created success',
    'invitation.declined success',
  ]);
  assert.equal((await invite('shy@example.com')).status, 201);
});

type Invited = Awaited<ReturnType<typeof invited>>;
const worthless: readonly [string, string, (invited: Invited) => Promise<unknown>][] = [
  ['one that was accepted', 'w-used', ({ token }) => call('w-used', accept, { token })],
  ['one that was declined', 'w-declined', ({ token }) => call('ada', decline, { token })],
  ['one that was taken back', 'w-revoked', ({ id }) => call('ada', line('DELETE', `/${id}`))],
  ['one that was sent again', 'w-again', ({ id }) => call('ada', line('POST', `/${id}/resend`))],
  ['one that is too old', 'w-old', ({ id }) => expire(id)],
  [
    'one whose organization is gone',
    'w-gone',
    async ({ id }) => {
      const other = await found({ ada: 'owner' });
      const move = 'update plinth.invitations set organization_id = $1 where id = $2';
      await pool.query(move, [other.id, id]);
      await pool.query('delete from plinth.organizations where id = $1', [other.id]);
    },
  ],
];

for (const [what, name, spoil] of worthless) {
  test(`${what} is as worthless as one that was never made`, async () => {
    const person = await invited(name);
    await spoil(person);
    const before = await stateOf(person.id);
    for (const request of [accept, decline, preview]) {
      const answer = await call(name, request, { token: person.token });
      const unknown = await call(name, request, { token: 'x'.repeat(43) });
      const { request_id: _, ...said } = answer.body;
      assert.deepEqual([answer.status, said.code], [404, 'invitation_not_found']);
      assert.deepEqual({ ...unknown.body, ...said }, unknown.body);
      assert.deepEqual([answer.statements.length, unknown.statements.length], [1, 1]);
    }
    assert.equal(await stateOf(person.id), before);
  });
}

test('a body is a token and nothing else', async () => {
  const bad = [{}, { token: '' }, { token: 'x'.repeat(201) }, { token: 'x', role: 'owner' }];
  for (const body of bad) {
    for (const request of [accept, decline, preview]) {
      assert.equal((await call('ada', request, body)).status, 422, JSON.stringify(body));
    }
  }
});
