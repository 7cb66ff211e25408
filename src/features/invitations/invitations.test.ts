/** Invitations listed, sent again and taken back: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import { organizationsOf } from '#test/organization.ts';

const server = await harness();
const { call, caller, pool, actionsOn } = server;
const { found, stateOf, expire, lettersTo, tokenTo } = organizationsOf(server);
const { line, invite } = await found({ ada: 'owner', bob: 'admin', cem: 'member' });
const preview = (token: string) => call(undefined, 'POST /api/v1/invitations/preview', { token });
const nowhere = '0198a000-0000-7000-8000-000000000000';

test('sent again, the new link works, the old one does not, and it lasts anew', async () => {
  const { body: first } = await invite('again@example.com');
  const old = await tokenTo('again@example.com');
  await expire(first.id);
  const { status, body } = await call('bob', line('POST', `/${first.id}/resend`));
  assert.equal(status, 200);
  assert.deepEqual([body.id, body.created_at, body.role], [first.id, first.created_at, first.role]);
  assert.ok(Date.parse(body.expires_at) > Date.now());
  assert.equal((await preview(old)).status, 404);
  assert.equal((await preview(await tokenTo('again@example.com'))).status, 200);
  assert.deepEqual(await actionsOn(first.id), [
    'invitation.created success',
    'invitation.resent success',
  ]);
});

test('one address gets three letters in a while, and the link of the third stays good', async () => {
  const { body } = await invite('bothered@example.com');
  const again = () => call('ada', line('POST', `/${body.id}/resend`));
  for (let sent = 0; sent < 4; sent++) assert.equal((await again()).status, 200);
  assert.equal((await lettersTo('bothered@example.com')).length, 3);
  assert.equal((await preview(await tokenTo('bothered@example.com'))).status, 200);
});

test('that others invited an address nobody is told, nor kept from inviting it', async () => {
  const other = await found({ fay: 'owner' });
  assert.equal((await other.invite('bothered@example.com')).status, 201);
  assert.equal((await call('fay', other.line('GET'))).body.count, 1);
  assert.equal((await lettersTo('bothered@example.com')).length, 3);
});

test('who has not confirmed their own address invites nobody', async () => {
  const unsure = await found({ una: 'owner' });
  const { id } = await caller('una');
  await pool.query('update plinth.users set is_verified = false where id = $1', [id]);
  const answer = await unsure.invite('somebody@example.com');
  assert.deepEqual([answer.status, answer.body.code], [403, 'unverified_inviter']);
  assert.equal((await call('una', unsure.line('GET'))).body.count, 0);
});

test('one that is taken back stays in the list, and can be neither used, sent nor taken back', async () => {
  const { body } = await invite('regret@example.com');
  const token = await tokenTo('regret@example.com');
  const at = `/${body.id}`;
  assert.equal((await call('bob', line('DELETE', at))).status, 204);
  assert.equal(await stateOf(body.id), 'revoked');
  assert.equal((await preview(token)).status, 404);
  assert.equal((await call('ada', line('DELETE', at))).body.code, 'invitation_not_found');
  assert.equal((await call('ada', line('POST', `${at}/resend`))).status, 404);
  assert.deepEqual(await actionsOn(body.id), [
    'invitation.created success',
    'invitation.revoked success',
  ]);
  assert.equal((await invite('regret@example.com')).status, 201);
});

test('nobody reaches an invitation by another organization, or without the role', async () => {
  const { body } = await invite('reached@example.com');
  const other = await found({ gus: 'owner', bob: 'admin' });
  const at = `/${body.id}`;
  const tries = [
    ['gus', other.line('DELETE', at), 404],
    ['bob', other.line('DELETE', at), 404],
    ['root', other.line('DELETE', at), 404],
    ['gus', other.line('POST', `${at}/resend`), 404],
    ['gus', line('DELETE', at), 404],
    ['gus', line('POST', `${at}/resend`), 404],
    ['cem', line('DELETE', at), 403],
    ['cem', line('POST', `${at}/resend`), 403],
    ['ada', line('DELETE', `/${nowhere}`), 404],
    ['ada', line('DELETE', '/nope'), 422],
  ] as const;
  for (const [as, request, status] of tries) {
    assert.equal((await call(as, request)).status, status, `${as} ${request}`);
  }
  assert.equal(await stateOf(body.id), 'pending');
});

test('a list is one statement, of one organization, and can be asked for a state', async () => {
  const { line, invite } = await found({ hal: 'owner', ida: 'member' });
  const { body: first } = await invite('one@example.com');
  const { body: second } = await invite('two@example.com');
  await call('hal', line('DELETE', `/${first.id}`));
  const all = await call('hal', line('GET', '?limit=1'));
  assert.deepEqual([all.body.count, all.body.data[0].id], [2, second.id]);
  assert.deepEqual(all.statements, ['invitations.list']);
  const next = await call('hal', line('GET', `?limit=1&cursor=${all.body.next_cursor}`));
  assert.equal(next.body.data[0].id, first.id);
  const revoked = await call('root', line('GET', '?state=revoked'));
  assert.deepEqual(
    revoked.body.data.map(({ id }: { id: string }) => id),
    [first.id],
  );
  assert.equal((await call('hal', line('GET', '?state=declined'))).body.count, 0);
  assert.equal((await call('hal', line('GET', '?state=lost'))).status, 422);
  assert.equal((await call('ida', line('GET'))).status, 403);
  assert.equal((await call('ada', line('GET'))).status, 404);
  const lost = `GET /api/v1/organizations/${nowhere}/invitations`;
  assert.equal((await call('root', lost)).status, 404);
});

test('who lost the role invites nobody any more, nor does what they sent bring anybody in', async () => {
  const { id, line, invite } = await found({ jan: 'owner', kim: 'admin' });
  const { body } = await invite('by-kim@example.com', 'admin', 'kim');
  const { id: kim } = await caller('kim');
  await pool.query(
    `update plinth.members set role = 'member' where user_id = $1 and organization_id = $2`,
    [kim, id],
  );
  assert.equal((await invite('more@example.com', 'member', 'kim')).status, 403);
  assert.equal((await call('kim', line('POST', `/${body.id}/resend`))).status, 403);
  assert.equal((await preview(await tokenTo('by-kim@example.com'))).status, 404);
  // It stays the organization's: another admin sends it again, and is who invites.
  assert.equal((await call('jan', line('POST', `/${body.id}/resend`))).status, 200);
  const { body: shown } = await preview(await tokenTo('by-kim@example.com'));
  assert.equal(shown.inviter_name, 'jan');
});
