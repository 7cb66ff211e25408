/** Reading the audit log: who may, and what the filters find. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import * as audit from './service.ts';

const { call, caller, ports, pool } = await harness();
const [ada, mel, root, bob] = await Promise.all(['ada', 'mel', 'root', 'bob'].map(caller));
assert.ok(ada && mel && root && bob);
const organization_id = randomUUID();
const other = randomUUID();

for (const [id, members] of [
  [
    organization_id,
    [
      [ada.id, 'admin'],
      [mel.id, 'member'],
    ],
  ],
  [other, [[bob.id, 'owner']]],
] as const) {
  await pool.query('insert into plinth.organizations (id, name, slug) values ($1::uuid, $2, $2)', [
    id,
    id,
  ]);
  for (const [user_id, role] of members) {
    await pool.query(
      'insert into plinth.members (id, organization_id, user_id, role) values (gen_random_uuid(), $1, $2, $3)',
      [id, user_id, role],
    );
  }
}

const db = ports.database.as(system);
const target_id = randomUUID();
const record = (action: audit.Action, told: Parameters<typeof audit.record>[2]) =>
  audit.record(db, action, { organization_id, ...told });
await record('member.added', { actor_id: ada.id, target_id });
await record('member.updated', { actor_id: ada.id, target_id, outcome: 'failure' });
await record('membership.asked', { actor_id: mel.id });
await record('member.removed', { actor_id: mel.id, target_id });
await record('member.added', { organization_id: other, actor_id: ada.id, target_id });

const ofOne = `GET /api/v1/organizations/${organization_id}/audit-log`;
const all = 'GET /api/v1/audit-log';
const actions = (body: { data: { action: string }[] }) => body.data.map(({ action }) => action);

for (const [promise, as, line, status, code] of [
  ['an admin reads the log of their organization', 'ada', ofOne, 200, undefined],
  ['a superuser reads it', 'root', ofOne, 200, undefined],
  ['a member does not', 'mel', ofOne, 403, 'role_too_low'],
  ['nor where a filter finds nothing', 'mel', `${ofOne}?action=nothing`, 403, 'role_too_low'],
  ['a stranger cannot tell it is there', 'bob', ofOne, 404, 'organization_not_found'],
  ['nobody reads it unasked', undefined, ofOne, 401, 'unauthenticated'],
  [
    'an admin finds nothing by a filter that fits nothing',
    'ada',
    `${ofOne}?action=nothing`,
    200,
    undefined,
  ],
  ['who has all logs is superusers', 'root', all, 200, undefined],
  ['and no admin', 'ada', all, 403, 'forbidden'],
  [
    'a time that ends before it begins is refused',
    'ada',
    `${ofOne}?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`,
    422,
    'invalid',
  ],
  [
    'whoever asks for it',
    'root',
    `${all}?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`,
    422,
    'invalid',
  ],
  [
    'times compare as instants',
    'ada',
    `${ofOne}?from=2026-01-01T01:00:00%2B02:00&to=2025-12-31T23:30:00Z`,
    200,
    undefined,
  ],
  ['an action that is none is refused', 'ada', `${ofOne}?action=member.%25`, 422, 'invalid'],
  ['so is a cursor that is none', 'ada', `${ofOne}?cursor=x`, 422, 'invalid'],
] as const) {
  test(promise, async () => {
    const { status: answered, body } = await call(as, line);
    assert.deepEqual([answered, body.code], [status, code]);
  });
}

for (const [query, found] of [
  ['', ['member.removed', 'membership.asked', 'member.updated', 'member.added']],
  ['action=member', ['member.removed', 'member.updated', 'member.added']],
  ['action=member.added', ['member.added']],
  ['action=membe', []],
  [`actor_id=${ada.id}`, ['member.updated', 'member.added']],
  [`target_id=${target_id}`, ['member.removed', 'member.updated', 'member.added']],
  [`target_id=${target_id}&actor_id=${mel.id}`, ['member.removed']],
  ['outcome=failure', ['member.updated']],
  [`outcome=success&action=member&actor_id=${ada.id}&target_id=${target_id}`, ['member.added']],
] as const) {
  test(`of an organization, ${query || 'nothing'} finds what fits and nothing of another`, async () => {
    const { body } = await call('ada', `${ofOne}?${query}`);
    assert.deepEqual([actions(body), body.count], [found, found.length]);
  });
}

test('the whole log has the entries of every organization, and their places in the chains', async () => {
  const { body } = await call('root', `${all}?target_id=${target_id}&action=member.added`);
  assert.deepEqual(
    body.data.map((entry: { organization_id: string; sequence: number }) => [
      entry.organization_id,
      entry.sequence,
    ]),
    [
      [other, 1],
      [organization_id, 1],
    ],
  );
  assert.match(body.data[0].hash, /^[\da-f]{64}$/);
});

test('a time is from an instant on and before another', async () => {
  const { body } = await call('ada', ofOne);
  const [last, , , first] = body.data.map(({ created_at }: { created_at: string }) => created_at);
  const found = async (from: string, to: string) =>
    (await call('ada', `${ofOne}?from=${from}&to=${to}`)).body.count;
  const after = new Date(Date.parse(last) + 1).toISOString();
  assert.equal(await found(first, after), 4);
  assert.equal(await found(first, first), 0);
  assert.ok((await found(first, last)) < 4);
});

test('pages by cursor keep the filter and miss nothing', async () => {
  const first = (await call('ada', `${ofOne}?action=member&limit=2`)).body;
  const { body } = await call('ada', `${ofOne}?action=member&limit=2&cursor=${first.next_cursor}`);
  assert.deepEqual(
    [...actions(first), ...actions(body)],
    ['member.removed', 'member.updated', 'member.added'],
  );
  assert.equal(body.next_cursor, null);
});

test('a key of an organization reads its log, and finds nothing in that of another', async () => {
  const key = { ...system, kind: 'api_key', superuser: false, organizationId: organization_id };
  const asKey = ports.database.as(key as typeof system);
  const query = { limit: 10, count: true, sort: '-created_at' } as const;
  assert.equal((await audit.listOf(asKey, organization_id, query)).count, 4);
  assert.equal((await audit.listOf(asKey, other, query)).count, 0);
});

test('who is an admin no longer reads no more, at once', async () => {
  await pool.query("update plinth.members set role = 'member' where user_id = $1", [ada.id]);
  assert.equal((await call('ada', ofOne)).status, 403);
  await pool.query("update plinth.members set role = 'admin' where user_id = $1", [ada.id]);
  assert.equal((await call('ada', ofOne)).status, 200);
});

test('the log of an organization outlives it, for superusers', async () => {
  await pool.query('delete from plinth.organizations where id = $1', [other]);
  const line = `GET /api/v1/organizations/${other}/audit-log`;
  assert.deepEqual(actions((await call('root', line)).body), ['member.added']);
  assert.equal((await call('bob', line)).status, 404);
});
