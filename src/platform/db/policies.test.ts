/** The law of the catalog: what is somebody's is under row security, on both engines and in every feature. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type pg from 'pg';
import { openTestDatabase } from '#test/database.ts';
import { bound } from './bind.ts';
import { transaction } from './connection.ts';

const opened = await openTestDatabase();
const tenants = ['owner_id', 'user_id', 'organization_id'];
const { rows: tables } = await opened.pool.query<{ name: string; columns: Column[] }>(
  `select table_name as name, json_agg(c) as columns from information_schema.columns c
   where table_schema = 'plinth' group by 1 having bool_or(column_name = any ($1)) order by 1`,
  [tenants],
);

type Column = {
  readonly column_name: string;
  readonly data_type: string;
  readonly is_nullable: 'YES' | 'NO';
  readonly column_default: string | null;
};

/** Of each type something; what it is does not matter. */
const samples: Readonly<Record<string, string>> = {
  uuid: 'gen_random_uuid()',
  'timestamp with time zone': 'now()',
  boolean: 'true',
  ARRAY: `'{}'`,
  jsonb: `'{}'`,
};

/** A row with what it must have, and whose it is. */
function rowOf(columns: readonly Column[]): string {
  const [whose] = tenants.filter((name) => columns.some(({ column_name }) => column_name === name));
  const needed = columns.filter(
    ({ column_name, is_nullable, column_default }) =>
      column_name === whose || (is_nullable === 'NO' && column_default === null),
  );
  const values = needed.map(({ data_type }) => samples[data_type] ?? `'1'`);
  return `(${needed.map(({ column_name }) => column_name).join()}) values (${values.join()})`;
}

await transaction(opened.pool, async (client) => {
  await client.query('set local session_replication_role = replica'); // what they refer to is not there
  for (const { name, columns } of tables) {
    await client.query(`insert into plinth.${name} ${rowOf(columns)}`);
  }
});
const { rows: secured } = await opened.pool.query(
  `select relname as name, relrowsecurity and relforcerowsecurity as forced,
     array(select polcmd::text from pg_policy where polrelid = c.oid) as policies
   from pg_class c where relnamespace = 'plinth'::regnamespace and relkind in ('r', 'p')`,
);
const under = await bound(opened, true);
after(() => under.close());

/** Does it untold and takes it back. */
async function untold(work: string): Promise<pg.QueryResult | 'refused'> {
  const done = transaction(under.pool, (client) => client.query(work), 'rollback');
  return done.catch((error) => {
    assert.equal(error.code, '42501', error);
    return 'refused' as const;
  });
}

test('there are such tables', () => assert.ok(tables.length > 8));

for (const { name, columns } of tables) {
  test(`${name} has its policies, and they are forced`, () => {
    const found = secured.find((one) => one.name === name);
    assert.ok(found.forced);
    assert.ok(found.policies.includes('r') || found.policies.includes('*'));
  });

  test(`${name} is empty to who is not told, and takes nothing`, async () => {
    const read = await untold(`select from plinth.${name}`);
    assert.equal(read === 'refused' ? 0 : read.rowCount, 0);
    const [{ column_name: any } = { column_name: '' }] = columns;
    const changes = [
      `update plinth.${name} set ${any} = ${any}`,
      `delete from plinth.${name}`,
      `truncate plinth.${name}`,
      `insert into plinth.${name} ${rowOf(columns)}`,
    ];
    for (const change of changes) {
      const changed = await untold(change);
      assert.equal(changed === 'refused' ? 0 : changed.rowCount, 0, change);
    }
  });
}

test('nobody may change the audit log, the role of the server not either', async () => {
  for (const right of ['update', 'delete', 'truncate']) {
    const { rows } = await under.pool.query(
      `select has_table_privilege('plinth.audit_log', $1) as may`,
      [right],
    );
    assert.equal(rows[0].may, false, right);
  }
});

test('the role of the server owns nothing and may make nothing', async () => {
  const { rows } = await under.pool.query(
    `select has_schema_privilege('plinth', 'create') as make,
       exists (select from pg_class where relowner = current_user::regrole) as owns`,
  );
  assert.deepEqual(rows, [{ make: false, owns: false }]);
  assert.equal(await untold('select from plinth.migrations'), 'refused');
});
