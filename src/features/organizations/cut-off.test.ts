/** Organizations: who was cut off a moment ago, though their request was let in before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, harness } from '#test/harness.ts';
import { organizationOf } from './organization.fixture.ts';

const here = await harness();
const { app, call, caller, signIn, pool } = here;

const cuts: Readonly<Record<string, (who: Caller) => Promise<unknown>>> = {
  'whose account was switched off': ({ id }) =>
    pool.query('update plinth.users set is_active = false where id = $1', [id]),
  'whose session ended': ({ session_id }) =>
    pool.query('update plinth.sessions set ended_at = now() where id = $1', [session_id]),
};

/** As at a process that has not heard of it yet: the database knows, and the memory does not. */
for (const [cut, cutOff] of Object.entries(cuts)) {
  test(`an owner ${cut} changes nothing any more`, async () => {
    const name = `olga ${cut}`.replaceAll(' ', '-');
    const other = await caller('other');
    const id = await organizationOf(here, { [name]: 'owner', other: 'member' });
    const olga = await signIn(name);
    await cutOff(olga);
    const at = `/api/v1/organizations/${id}`;
    const requests = [
      [`PATCH ${at}`, { name: 'Taken' }],
      [`DELETE ${at}`],
      [`POST ${at}/leave`],
      [`POST ${at}/transfer`, { user_id: other.id }],
      [`PATCH ${at}/members/${other.id}`, { role: 'owner' }],
      [`DELETE ${at}/members/${other.id}`],
      [`POST ${at}/invitations`, { email: 'friend@example.com', role: 'admin' }],
    ] as const;
    for (const [line, body] of requests) {
      const answer = await call(olga, line, body);
      assert.deepEqual([answer.status, answer.body.code], [401, 'unauthenticated'], line);
    }
    const { body } = await call('other', `GET ${at}`);
    assert.deepEqual([body.name, body.role], ['Analytical Engines', 'member']);
  });
}

test('a key that was deleted a moment ago makes nobody an owner', async () => {
  const [olga, friend] = [await caller('olga'), await caller('friend')];
  const id = await organizationOf(here, { olga: 'owner', friend: 'member' });
  const permissions = { members: ['write'], organizations: ['read'] };
  const { body } = await call(olga, 'POST /api/v1/api-keys', { name: 'kept', permissions });
  const url = `/api/v1/organizations/${id}/members/${friend.id}`;
  const headers = { 'x-api-key': body.key };
  const promote = () => app.inject({ method: 'PATCH', url, headers, payload: { role: 'owner' } });
  const read = { method: 'GET', url: `/api/v1/organizations/${id}`, headers } as const;
  assert.equal((await app.inject(read)).statusCode, 200); // from now on it is remembered
  await pool.query('delete from plinth.api_keys where id = $1', [body.id]);
  assert.equal((await promote()).statusCode, 401);
});

test('an owner who is switched off does not count as the last, nor is anything handed to one', async () => {
  const off = await caller('off');
  const id = await organizationOf(here, { ann: 'owner', off: 'owner', sleepy: 'member' });
  const { id: sleepy } = await caller('sleepy');
  await pool.query('update plinth.users set is_active = false where id in ($1, $2)', [
    off.id,
    sleepy,
  ]);
  const at = `/api/v1/organizations/${id}`;
  assert.equal((await call('ann', `POST ${at}/leave`)).body.code, 'last_owner');
  assert.equal(
    (await call('ann', `POST ${at}/transfer`, { user_id: sleepy })).body.code,
    'member_not_found',
  );
  assert.equal((await call('ann', `GET ${at}`)).body.role, 'owner');
});

test('nobody owns more organizations than the bound', async () => {
  const many = await caller('founder');
  await pool.query(
    `with made as (insert into plinth.organizations (id, name, slug)
       select gen_random_uuid(), 'One of many', 'many-' || n from generate_series(1, 100) n returning id)
     insert into plinth.members (id, organization_id, user_id, role)
       select gen_random_uuid(), id, $1, 'owner' from made`,
    [many.id],
  );
  const answer = await call(many, 'POST /api/v1/organizations', { name: 'One more' });
  assert.deepEqual([answer.status, answer.body.code], [409, 'too_many_organizations']);
  assert.equal((await call(many, 'GET /api/v1/organizations?limit=1')).body.count, 100);
});
