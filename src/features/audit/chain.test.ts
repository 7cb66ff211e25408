/** The chain of an organization: written by many at once, and changed by nobody. */
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { system } from '#kernel/principal.ts';
import { telling } from '#kernel/row-security.ts';
import { boundRole } from '#platform/db/bind.ts';
import { harness } from '#test/harness.ts';
import * as audit from './service.ts';
import { verify } from './verify.ts';

const { ports, pool, caller, peer } = await harness();
const client = { address: '192.0.2.7', userAgent: 'quill “№ 7”\t', requestId: 'r-1' };
const db = ports.database.as(system, client);

type Entry = Readonly<Record<string, unknown>> & { sequence: number; hash: string };

async function chainOf(organization_id: string): Promise<Entry[]> {
  const { rows } = await pool.query(
    'select * from plinth.audit_log where organization_id = $1 order by sequence',
    [organization_id],
  );
  return rows;
}

async function found(organization_id: string) {
  return Array.fromAsync(verify(db, { organization_id }));
}

/** As the text of `jsonb`: the shorter keys first, then by their letters. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}: ${canonical(inner)}`).join(', ')}}`;
}

test('the hash is what the decision says, and can be had without the database', async () => {
  const organization_id = randomUUID();
  const { id: target_id } = await caller('ada');
  const details = [undefined, { role: 'owner', was: null, 'naïve "key"': '\u0001\\ 🖋' }, {}];
  for (const detail of details) {
    await audit.record(db, 'member.updated', {
      organization_id,
      target_id,
      ...(detail && { detail }),
    });
  }
  let before: string | undefined;
  for (const { hash, created_at, detail, ...columns } of await chainOf(organization_id)) {
    const said = Object.fromEntries(
      Object.entries(columns).filter(([, value]) => value !== null),
    ) as Record<string, unknown>;
    said.created_at = Date.parse(created_at as string);
    if (before) said.before = before;
    if (detail) said.detail = detail;
    assert.equal(createHash('sha256').update(canonical(said)).digest('hex'), hash);
    before = hash;
  }
});

test('50 changes at once make one chain without gaps', async () => {
  const organization_id = randomUUID();
  const handles = [db, (await peer()).database.as(system, client)];
  await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      (handles[n % 2] as typeof db).transaction((db) =>
        audit.record(db, 'member.added', { organization_id, detail: { n } }),
      ),
    ),
  );
  const chain = await chainOf(organization_id);
  assert.deepEqual(
    chain.map(({ sequence }) => sequence),
    Array.from({ length: 50 }, (_, n) => n + 1),
  );
  const head = { organization_id, sequence: 50, hash: chain[49]?.hash };
  assert.deepEqual(await found(organization_id), [{ head }]);
});

test('outside a transaction, and however the id is written, many at once make one chain too', async () => {
  const organization_id = randomUUID();
  const spellings = [organization_id, organization_id.toUpperCase()];
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      audit.record(db, 'member.added', { organization_id: spellings[n % 2] }),
    ),
  );
  assert.equal((await chainOf(organization_id)).at(-1)?.sequence, 20);
});

test('what is rolled back leaves no gap', async () => {
  const organization_id = randomUUID();
  await audit.record(db, 'member.added', { organization_id });
  const undone = db.transaction(async (db) => {
    await audit.record(db, 'member.removed', { organization_id });
    throw new Error('undone');
  });
  await assert.rejects(undone, /undone/);
  await audit.record(db, 'member.added', { organization_id });
  assert.deepEqual(
    (await chainOf(organization_id)).map(({ sequence, action }) => [sequence, action]),
    [
      [1, 'member.added'],
      [2, 'member.added'],
    ],
  );
});

test('two organizations do not wait for each other', {
  skip: ports.database.kind === 'pglite' && 'it has one connection, so all wait for each other',
}, async () => {
  const [one, other] = [randomUUID(), randomUUID()];
  await db.transaction(async (inner) => {
    await audit.record(inner, 'member.added', { organization_id: one });
    await audit.record(db, 'member.added', { organization_id: other });
  });
  assert.equal((await chainOf(one)).length + (await chainOf(other)).length, 2);
});

test('what happens in no organization has no place in a chain', async () => {
  await audit.record(db, 'session.opened', { target_id: randomUUID() });
  const { rows } = await pool.query(
    `select count(*) filter (where sequence is not null or hash is not null) as chained
     from plinth.audit_log where organization_id is null`,
  );
  assert.equal(rows[0].chained, 0);
});

test('a key of an organization is no user in the log', async () => {
  const organization_id = randomUUID();
  const keyId = randomUUID();
  const key = {
    ...system,
    kind: 'api_key',
    superuser: false,
    organizationId: organization_id,
    keyId,
  };
  await audit.record(ports.database.as(key as typeof system), 'item.shared', { organization_id });
  const [entry] = await chainOf(organization_id);
  assert.deepEqual([entry?.actor_kind, entry?.actor_id, entry?.key_id], ['api_key', null, keyId]);
});

/** Runs as a service would. */
const running = (text: string) =>
  db.run(
    {
      name: 'audit.tamper',
      prepareAs: undefined,
      text,
      telling: telling(text, 0),
      values: () => [],
    },
    {},
  );
const permission = { code: '42501' };

for (const [what, text] of [
  ['changes', "update plinth.audit_log set action = 'x.y' where true returning id"],
  ['removes', 'delete from plinth.audit_log where true returning id'],
  ['locks', 'select id from plinth.audit_log for update'],
] as const) {
  test(`the server itself never ${what} an entry`, async () => {
    await audit.record(db, 'member.added', { organization_id: randomUUID() });
    await assert.rejects(running(text), permission);
  });
}

test('nor does it empty the table', async () => {
  await assert.rejects(
    pool.query(`set local role ${boundRole}; truncate plinth.audit_log`),
    permission,
  );
});

test('who owns the table has no right to either', async () => {
  const { rows } = await pool.query(
    `select privilege_type as may from pg_class, aclexplode(relacl)
     where oid = 'plinth.audit_log'::regclass and grantee = relowner`,
  );
  const may = rows.map(({ may }) => may);
  assert.ok(may.includes('SELECT') && may.includes('INSERT'));
  assert.deepEqual(
    may.filter((right) => ['UPDATE', 'DELETE', 'TRUNCATE'].includes(right)),
    [],
  );
});

test('who owns the whole database can, and that is what verifying is for', async () => {
  const organization_id = randomUUID();
  await audit.record(db, 'member.added', { organization_id });
  const { rowCount } = await pool.query(
    "update plinth.audit_log set action = 'member.removed' where organization_id = $1",
    [organization_id],
  );
  assert.equal(rowCount, 1);
  assert.equal((await found(organization_id)).length, 2);
});
