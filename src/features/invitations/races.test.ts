/** Invitations answered, taken back and written many at once: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import { organizationsOf } from '#test/organization.ts';
import { mostInvitations } from './model.ts';

const server = await harness();
const { call, caller, pool } = server;
const { found, roleOf, stateOf, tokenTo } = organizationsOf(server);
const accept = 'POST /api/v1/invitations/accept';
const rounds = 8;
const names = (word: string) => Array.from({ length: rounds }, (_, n) => `${word}-${n}`);

/** An organization that has invited somebody, and the token of the letter. */
async function inviting(name: string) {
  const organization = await found({ ada: 'owner', bob: 'admin' });
  const { email } = await caller(name);
  const { body } = await organization.invite(email);
  return { ...organization, invitation: body.id as string, token: await tokenTo(email) };
}

test('of many that accept one invitation, one does, and becomes a member once', async () => {
  const { id, token } = await inviting('eager');
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => call('eager', accept, { token })),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(19).fill(404)]);
  const { rows } = await pool.query(
    `select count(*)::int as members,
       (select count(*)::int from plinth.audit_log where organization_id = $1
        and action in ('invitation.accepted', 'member.added')) as entries
     from plinth.members where organization_id = $1 and role = 'member'`,
    [id],
  );
  assert.deepEqual(rows, [{ members: 1, entries: 2 }]);
});

test('of accepting, declining and taking back, one happens', async () => {
  for (const name of names('torn')) {
    const { id, invitation, token, line } = await inviting(name);
    const [accepted, declined, revoked] = await Promise.all([
      call(name, accept, { token }),
      call(undefined, 'POST /api/v1/invitations/decline', { token }),
      call('bob', line('DELETE', `/${invitation}`)),
    ]);
    const outcomes = [
      ['accepted', accepted.status === 200],
      ['declined', declined.status === 200],
      ['revoked', revoked.status === 204],
    ] as const;
    const [happened, ...more] = outcomes.filter(([, came]) => came).map(([state]) => state);
    assert.deepEqual(more, []);
    assert.equal(await stateOf(invitation), happened);
    assert.equal(await roleOf(name, id), happened === 'accepted' ? 'member' : undefined);
  }
});

test('who accepts while the organization is deleted joins or finds nothing, and nothing breaks', async () => {
  for (const name of names('late')) {
    const { id, token } = await inviting(name);
    const [accepted, deleted] = await Promise.all([
      call(name, accept, { token }),
      call('ada', `DELETE /api/v1/organizations/${id}`),
    ]);
    assert.equal(deleted.status, 204);
    assert.ok([200, 404].includes(accepted.status), JSON.stringify(accepted.body));
    assert.equal(await roleOf(name, id), undefined);
  }
});

test('who accepts while they delete their account leaves nothing behind', async () => {
  for (const name of names('gone')) {
    const { id, token } = await inviting(name);
    const [accepted, deleted] = await Promise.all([
      call(name, accept, { token }),
      call(name, 'DELETE /api/v1/users/me'),
    ]);
    assert.ok([200, 401, 403, 404, 409].includes(accepted.status), JSON.stringify(accepted.body));
    assert.equal(deleted.status, 200);
    assert.equal(await roleOf(name, id), undefined);
  }
});

test('of two that invite one address at once, one does', async () => {
  for (const name of names('wanted')) {
    const { invite } = await found({ ada: 'owner', bob: 'admin' });
    const email = `${name}@example.com`;
    const answers = await Promise.all([
      invite(email, 'member', 'ada'),
      invite(email.toUpperCase(), 'admin', 'bob'),
    ]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409]);
    const refused = answers.find(({ status }) => status === 409);
    assert.equal(refused?.body.code, 'invitation_pending');
  }
});

test('of a link that is sent again while it is used, one of the two links worked', async () => {
  for (const name of names('crossed')) {
    const { id, invitation, token, line } = await inviting(name);
    const [accepted, resent] = await Promise.all([
      call(name, accept, { token }),
      call('bob', line('POST', `/${invitation}/resend`)),
    ]);
    assert.deepEqual([accepted.status, resent.status].sort(), [200, 404]);
    assert.equal(await roleOf(name, id), accepted.status === 200 ? 'member' : undefined);
  }
});

test('no more are invited than the bound, however many at once', async () => {
  const { id, invite } = await found({ ada: 'owner' });
  await pool.query(
    `insert into plinth.invitations (id, organization_id, email, role, digest, expires_at)
     select gen_random_uuid(), $1, n || '@example.com', 'member', gen_random_uuid()::text, now() + interval '1 hour'
     from generate_series(1, $2::int) n`,
    [id, mostInvitations - 2],
  );
  const answers = await Promise.all(names('crowd').map((name) => invite(`${name}@example.com`)));
  const made = answers.filter(({ status }) => status === 201);
  assert.equal(made.length, 2);
  assert.ok(answers.every(({ status }) => status === 201 || status === 409));
});

test('who is lowered while they invite has invited before, or does not', async () => {
  for (const name of names('lowered')) {
    const { id, invite } = await found({ ada: 'owner', bob: 'admin' });
    const { id: bob } = await caller('bob');
    const [invited] = await Promise.all([
      invite(`${name}@example.com`, 'admin', 'bob'),
      pool.query(
        `with held as (select id from plinth.organizations where id = $1 for update)
         update plinth.members set role = 'member' where user_id = $2 and organization_id in (select id from held)`,
        [id, bob],
      ),
    ]);
    assert.ok([201, 403].includes(invited.status), JSON.stringify(invited.body));
    assert.equal((await invite(`after-${name}@example.com`, 'member', 'bob')).status, 403);
  }
});
