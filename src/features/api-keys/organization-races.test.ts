/** Keys of an organization, made and changed while something else goes on: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as passing } from 'node:timers/promises';
import { and, eq } from 'drizzle-orm';
import { members, organizations } from '#features/organizations/model.ts';
import { organizationOf } from '#features/organizations/organization.fixture.ts';
import { build } from '#kernel/db.ts';
import { system } from '#kernel/principal.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { type Answer, harness } from '#test/harness.ts';
import { maxKeys } from './model.ts';

const here = await harness();
const { call, caller, pool, ports } = here;
const make = 'POST /api/v1/api-keys';
const plain = { name: 'robot', permissions: { tasks: ['read'] } };
const keysOf = async (organization_id: string) =>
  (await pool.query('select * from plinth.api_keys where organization_id = $1', [organization_id]))
    .rows;

test('an organization has no more keys than the bound, however many are made at once', async () => {
  const organization_id = await organizationOf(here, { may: 'owner', moe: 'admin' });
  const answers = await Promise.all(
    Array.from({ length: maxKeys + 5 }, (_, n) =>
      call(n % 2 ? 'may' : 'moe', make, { ...plain, organization_id }),
    ),
  );
  const refused = answers.filter(({ status }) => status !== 201);
  assert.deepEqual(
    refused.map(({ status, body }) => [status, body.code]),
    Array(5).fill([409, 'too_many_api_keys']),
  );
  assert.equal((await keysOf(organization_id)).length, maxKeys);
  assert.equal((await call('may', make, plain)).status, 201);
});

const hold = statement('test.hold', ({ id }: Slots<{ id: string }>) =>
  build
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, id))
    .for('no key update'),
);
const demote = statement('test.demote', ({ id, user_id }: Slots<{ id: string; user_id: string }>) =>
  build
    .update(members)
    .set({ role: 'member' })
    .where(and(eq(members.organization_id, id), eq(members.user_id, user_id)))
    .returning({ id: members.id }),
);

/** The answer to a request that comes while who asks is being made a member. */
async function demotedBefore(id: string, user_id: string, ask: () => Promise<Answer>) {
  const held = ports.database.as(system).transaction(async (db) => {
    await hold(db, { id });
    await demote(db, { id, user_id });
    const asked = ask();
    await passing(150); // it comes to wait here meanwhile; where it comes later, it is refused as well
    return { asked };
  });
  return (await held).asked;
}

const changes = [
  ['make', () => make, 403],
  ['change', (at: string) => `PATCH ${at}`, 404],
  ['rotate', (at: string) => `POST ${at}/rotate`, 404],
  ['delete', (at: string) => `DELETE ${at}`, 404],
] as const;

for (const [verb, lineOf, status] of changes) {
  test(`an admin whose role is taken while the request waits does not ${verb} a key`, async () => {
    const { id: ada } = await caller('ada');
    const organization_id = await organizationOf(here, { ada: 'admin' });
    const { body } = await call('ada', make, { ...plain, organization_id });
    const before = await keysOf(organization_id);
    const line = lineOf(`/api/v1/api-keys/${body.id}`);
    const sent = { make: { ...plain, organization_id }, change: { name: 'late' } };
    const answer = await demotedBefore(organization_id, ada, () =>
      call('ada', line, verb in sent ? sent[verb as 'make'] : undefined),
    );
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.deepEqual(await keysOf(organization_id), before);
  });
}

test('who is a superuser no more while the request waits changes no key', async () => {
  const organization_id = await organizationOf(here, { olga: 'owner' });
  const { body } = await call('olga', make, { ...plain, organization_id });
  const { id } = await caller('root');
  await pool.query('update plinth.users set is_superuser = false where id = $1', [id]);
  const before = await keysOf(organization_id);
  const at = `/api/v1/api-keys/${body.id}`;
  for (const [line, sent] of [
    [make, { ...plain, organization_id }],
    [`PATCH ${at}`, { name: 'mine' }],
    [`POST ${at}/rotate`],
    [`DELETE ${at}`],
  ] as const) {
    const { status, body } = await call('root', line, sent);
    assert.deepEqual([line, status, body.code], [line, 401, 'unauthenticated']);
  }
  assert.deepEqual(await keysOf(organization_id), before);
  await pool.query('update plinth.users set is_superuser = true where id = $1', [id]);
});

test('of an organization that is deleted meanwhile no key is left, nor made', async () => {
  const organization_id = await organizationOf(here, { olga: 'owner' });
  const answers = Array.from({ length: 8 }, () =>
    call('olga', make, { ...plain, organization_id }),
  );
  await answers[0];
  assert.ok((await call('olga', `DELETE /api/v1/organizations/${organization_id}`)).status < 300);
  for (const { status } of await Promise.all(answers)) assert.ok([201, 404].includes(status));
  assert.equal((await call('olga', make, { ...plain, organization_id })).status, 404);
  assert.deepEqual(await keysOf(organization_id), []);
});
