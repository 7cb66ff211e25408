/** Inviting somebody: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import { organizationsOf } from '#test/organization.ts';
import { mostInvitations } from './model.ts';

const server = await harness();
const { call, caller, pool, actionsOn } = server;
const { found, expire, lettersTo, tokenTo } = organizationsOf(server);
const { id, line, invite } = await found({ ada: 'owner', bob: 'admin', cem: 'member' });
await caller('dan');
const preview = (token: string) => call(undefined, 'POST /api/v1/invitations/preview', { token });

const to = (email: string, role: unknown = 'member') => ({ email, role });

const cases = [
  ['nobody is asked to sign in', undefined, to('n@example.com'), 401],
  ['an owner invites', 'ada', to('by-owner@example.com'), 201],
  ['an admin invites', 'bob', to('by-admin@example.com', 'admin'), 201],
  ['a superuser invites', 'root', to('by-root@example.com'), 201],
  ['a member is told that their role is too low', 'cem', to('m@example.com'), 403],
  ['a stranger cannot tell that there is an organization', 'dan', to('s@example.com'), 404],
  ['nobody is invited as an owner', 'ada', to('o@example.com', 'owner'), 422],
  ['a role that there is not is refused', 'ada', to('r@example.com', 'king'), 422],
  ['a role must be said', 'ada', { email: 'r@example.com' }, 422],
  ['an unknown field is refused', 'ada', { ...to('f@example.com'), state: 'accepted' }, 422],
  ['what is no address is refused', 'ada', to('somebody'), 422],
  ['a line break in an address is refused', 'ada', to('a@example.com\nbcc: b@example.com'), 422],
  ['a letter that looks like another is refused', 'ada', to('\u0430da@example.com'), 422],
  ['a sign whose small letter is another is refused', 'ada', to('\u212a@example.com'), 422],
  ['nobody invites themself', 'ada', to('ada@example.com'), 409],
  ['nobody invites themself in capitals', 'ada', to('ADA@Example.COM'), 409],
  ['a member is not invited', 'bob', to('Cem@example.com', 'admin'), 409],
] as const;

for (const [name, as, body, status] of cases) {
  test(name, async () => {
    const answer = await call(as, line('POST'), body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    if (status === 409) assert.equal(answer.body.code, 'already_member');
    if (status === 201) assert.ok(answer.statements.length <= 7, `${answer.statements}`);
    assert.equal((await lettersTo(body.email.toLowerCase())).length, status === 201 ? 1 : 0);
  });
}

test('an answer shows the invitation, and never the token or what is kept of it', async () => {
  const { body } = await invite('Shown@Example.com', 'admin');
  const { created_at, expires_at, ...rest } = body;
  assert.deepEqual(rest, {
    id: body.id,
    organization_id: id,
    email: 'shown@example.com',
    role: 'admin',
    invited_by: (await caller('ada')).id,
    state: 'pending',
  });
  assert.equal(Date.parse(expires_at) - Date.parse(created_at), 7 * 24 * 3_600_000);
  const token = await tokenTo('shown@example.com');
  const { rows } = await pool.query('select * from plinth.invitations where id = $1', [body.id]);
  const { rows: told } = await pool.query('select * from plinth.audit_log');
  assert.ok(!JSON.stringify([rows, told]).includes(token));
  assert.deepEqual(await actionsOn(body.id), ['invitation.created success']);
});

test('one address has one invitation, however it is spelt', async () => {
  assert.equal((await invite('twice@example.com')).status, 201);
  for (const email of ['twice@example.com', 'TWICE@example.com']) {
    const { status, body } = await invite(email, 'admin', 'bob');
    assert.deepEqual([status, body.code], [409, 'invitation_pending']);
  }
  assert.equal((await lettersTo('twice@example.com')).length, 1);
});

test('another organization may invite the same address', async () => {
  await invite('wanted@example.com');
  const other = await found({ eve: 'owner' });
  assert.equal((await other.invite('wanted@example.com')).status, 201);
});

test('an invitation that is too old is replaced, and its link stays worthless', async () => {
  const { body: old } = await invite('late@example.com');
  const token = await tokenTo('late@example.com');
  await expire(old.id);
  const { status, body: fresh } = await invite('late@example.com', 'admin', 'bob');
  assert.deepEqual([status, fresh.role], [201, 'admin']);
  assert.notEqual(fresh.id, old.id);
  assert.equal((await preview(token)).status, 404);
  const { body } = await preview(await tokenTo('late@example.com'));
  assert.deepEqual([body.role, body.inviter_name], ['admin', 'bob']);
});

test('a key of a person invites as far as they may, and only with the permission', async () => {
  const make = 'POST /api/v1/api-keys';
  const answers = [];
  for (const actions of [['write'], ['read']]) {
    const { body } = await call('bob', make, { name: 'k', permissions: { invitations: actions } });
    const headers = { 'x-api-key': body.key };
    const sent = to(`by-key-${actions}@example.com`);
    answers.push((await call(undefined, line('POST'), sent, { headers })).status);
  }
  assert.deepEqual(answers, [201, 403]);
});

test('an organization has so many invitations, and taking them back makes no room at once', async () => {
  const { id, invite } = await found({ lea: 'owner' });
  const fill = `insert into plinth.invitations (id, organization_id, email, role, state, digest, expires_at)
    select gen_random_uuid(), $1, n || '@example.com', 'member', 'revoked', gen_random_uuid()::text, now()
    from generate_series(1, $2::int) n`;
  await pool.query(fill, [id, mostInvitations]);
  const { status, body } = await invite('over@example.com');
  assert.deepEqual([status, body.code], [409, 'too_many_invitations']);
  await pool.query(
    `update plinth.invitations set created_at = now() - interval '2 days' where organization_id = $1`,
    [id],
  );
  assert.equal((await invite('over@example.com')).status, 201);
});

test('names in a letter are words: no link, no markup, no other line', async () => {
  const name =
    'Your bank. Go to https://evil.example/x?y=1 <a href="evil.example">now\r\n\u202eevil。example ';
  const { invite } = await found({ may: 'owner' }, name + 'x'.repeat(150));
  const { id: may } = await caller('may');
  await pool.query('update plinth.users set full_name = $2 where id = $1', [
    may,
    'www.evil.example',
  ]);
  await invite('prey@example.com', 'admin');
  const [letter] = await lettersTo('prey@example.com');
  const text = letter?.text ?? '';
  const unwrapped = text.replace(/(?<=\S)\n(?=\S)/g, ' ');
  assert.equal(letter?.subject, 'You are invited to join an organization');
  assert.match(
    unwrapped,
    /^“www evil example” invites you to join “Your bank\. Go to https evil example x y 1 a href/m,
  );
  assert.match(unwrapped, /as an admin\.$/m);
  assert.match(text, /^http:\/\/localhost:5173\/accept-invitation\?token=[\w-]{43}$/m);
  assert.match(text, /The link works once, for 7 days\./);
  assert.ok(text.split('\n').every((line) => line.length < 250));
  assert.equal(text.match(/:\/\//g)?.length, 2, 'that link, and the one to get no more of them');
});
