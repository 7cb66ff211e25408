/** Verifying: whatever is done to an entry behind the server's back is found, and told where. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { getTableColumns } from 'drizzle-orm';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { auditLog } from './model.ts';
import * as audit from './service.ts';
import { verify } from './verify.ts';

const { ports, pool, caller } = await harness();
const { id: actor_id, session_id: sessionId } = await caller('ada');
const client = { address: '192.0.2.7', userAgent: 'test', requestId: 'r-1' };
const who = { ...system, kind: 'user', userId: actor_id, sessionId, keyId: randomUUID() } as const;
const db = ports.database.as(who, client);

/** A chain of so many entries, every column of which has a value. */
async function chain(length = 5): Promise<string> {
  const organization_id = randomUUID();
  for (let n = 1; n <= length; n++) {
    const detail = { n, role: null };
    await audit.record(db, 'member.updated', { organization_id, target_id: actor_id, detail });
  }
  return organization_id;
}

const found = (organization_id: string) => Array.fromAsync(verify(db, { organization_id }));

/** What is said to be wrong: each sequence, and the first word that tells. */
const wrong = async (organization_id: string) =>
  (await found(organization_id)).flatMap((one) =>
    'fault' in one ? [`${one.fault.sequence} ${one.fault.wrong}`] : [],
  );

const at = (sequence: number) => `organization_id = $1 and sequence = ${sequence}`;
const changed = 'it, or its place, is not as it was written';

test('a chain that nobody touched holds, and its head is its last entry', async () => {
  const organization_id = await chain();
  const { rows } = await pool.query(
    `select organization_id, sequence, hash from plinth.audit_log where ${at(5)}`,
    [organization_id],
  );
  assert.deepEqual(await found(organization_id), [{ head: rows[0] }]);
});

/** Another value of each column that an entry has. */
const edits: Record<
  Exclude<keyof typeof auditLog.$inferSelect, 'sequence' | 'organization_id'>,
  string
> = {
  id: 'gen_random_uuid()',
  created_at: "created_at + interval '1 ms'",
  actor_kind: "'api_key'",
  actor_id: 'gen_random_uuid()',
  session_id: 'gen_random_uuid()',
  key_id: 'gen_random_uuid()',
  action: "'member.updatee'",
  outcome: "'failure'",
  target_id: 'gen_random_uuid()',
  address: "'192.0.2.8'",
  user_agent: "'Test'",
  request_id: "'r-2'",
  detail: `'{"n": 3}'`,
  hash: "repeat('0', 64)",
};

test('every column has an edit here', () => {
  assert.deepEqual(
    Object.keys(getTableColumns(auditLog)).sort(),
    [...Object.keys(edits), 'organization_id', 'sequence'].sort(),
  );
});

for (const [column, value] of Object.entries(edits)) {
  const nullable = !getTableColumns(auditLog)[column as 'id'].notNull;
  for (const to of nullable ? [value, 'null'] : [value]) {
    test(`an entry whose ${column} became ${to} is found`, async () => {
      const organization_id = await chain();
      const set = `update plinth.audit_log set ${column} = ${to} where ${at(3)}`;
      await pool.query(set, [organization_id]);
      const told = column === 'hash' ? [`3 ${changed}`, `4 ${changed}`] : [`3 ${changed}`];
      assert.deepEqual(await wrong(organization_id), told);
      assert.deepEqual((await found(organization_id)).at(-1), { broken: organization_id });
    });
  }
}

for (const created_at of ['infinity', '-infinity', '4713-01-01 00:00:00+00 BC']) {
  test(`an entry of ${created_at} is found, and ends nothing`, async () => {
    const organization_id = await chain(2);
    await pool.query(`update plinth.audit_log set created_at = $2 where ${at(2)}`, [
      organization_id,
      created_at,
    ]);
    assert.deepEqual(await wrong(organization_id), [`2 ${changed}`]);
  });
}

const recomputed = `
  update plinth.audit_log entry set hash = encode(sha256('anything'), 'hex')
  where organization_id = $1 and sequence = 2`;

for (const [what, tampering, told] of [
  ['removed in the middle', `delete from plinth.audit_log where ${at(3)}`, ['3 it is missing']],
  ['removed at the start', `delete from plinth.audit_log where ${at(1)}`, ['1 it is missing']],
  [
    'removed one after the other',
    'delete from plinth.audit_log where organization_id = $1 and sequence in (2, 3)',
    ['2 it is missing, and all up to 3'],
  ],
  [
    'swapped with the next',
    `update plinth.audit_log set sequence = -1 - sequence where organization_id = $1 and sequence in (2, 3);
     update plinth.audit_log set sequence = 6 + sequence where organization_id = $1 and sequence < 0`,
    [`2 ${changed}`, `3 ${changed}`, `4 ${changed}`],
  ],
  ['given another hash', recomputed, [`2 ${changed}`, `3 ${changed}`]],
  [
    'put far behind',
    `update plinth.audit_log set sequence = 9223372036854775807 where ${at(5)}`,
    ['5 it is missing, and all up to 9223372036854775806'],
  ],
  [
    'put before the first',
    `update plinth.audit_log set sequence = 0 where ${at(5)}`,
    ['0 it was put in, where another one stands', `1 ${changed}`],
  ],
  [
    'taken out of the chain',
    `update plinth.audit_log set sequence = null, hash = null where ${at(5)}`,
    ['null entries without a place in its chain: 1'],
  ],
] as const) {
  test(`an entry ${what} is found`, async () => {
    const organization_id = await chain();
    for (const statement of tampering.split(';')) await pool.query(statement, [organization_id]);
    assert.deepEqual(await wrong(organization_id), told);
  });
}

const copied = (sequence: string) =>
  `insert into plinth.audit_log (id, actor_kind, action, outcome, organization_id, sequence, hash)
   select gen_random_uuid(), 'user', 'member.added', 'success', organization_id, ${sequence}, hash
   from plinth.audit_log where ${at(5)}`;

test('an entry put in at the end is found', async () => {
  const organization_id = await chain();
  await pool.query(copied('6'), [organization_id]);
  assert.deepEqual(await wrong(organization_id), [`6 ${changed}`]);
});

test('an entry put in where one stands is found, though the index was taken away', async () => {
  const organization_id = await chain();
  await pool.query('drop index plinth.audit_log_organization');
  await pool.query(copied('3'), [organization_id]);
  const told = await wrong(organization_id);
  assert.match(told.join(), /3 it was put in, where another one stands/);
  await pool.query(`delete from plinth.audit_log where organization_id = $1`, [organization_id]);
  await pool.query(
    'create unique index audit_log_organization on plinth.audit_log (organization_id, sequence)',
  );
});

test('an entry moved to another organization is found in both', async () => {
  const [from, to] = [await chain(), await chain(2)];
  await pool.query(`update plinth.audit_log set organization_id = '${to}' where ${at(3)}`, [from]);
  assert.deepEqual(await wrong(from), ['3 it is missing']);
  assert.deepEqual(await wrong(to), [`3 ${changed}`]);
});

test('an entry that says it is of no organization is found', async () => {
  const organization_id = await chain();
  await pool.query(`update plinth.audit_log set organization_id = null where ${at(5)}`, [
    organization_id,
  ]);
  const all = await Array.fromAsync(verify(db));
  assert.ok(
    all.some((one) => 'fault' in one && /without an organization: 1/.test(one.fault.wrong)),
  );
  await pool.query(
    'delete from plinth.audit_log where organization_id is null and sequence is not null',
  );
});
