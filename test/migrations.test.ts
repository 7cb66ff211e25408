/** The migrations of the project: each can be taken back, with what is in the tables, and applied again. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { transaction } from '#platform/db/connection.ts';
import { migrate } from '#platform/db/migrations/apply.ts';
import { downgrade } from '#platform/db/migrations/downgrade.ts';
import { tableNames } from '#platform/db/migrations/fixture.ts';
import { openTestDatabase } from './database.ts';

const folder = join(import.meta.dirname, '../migrations');
const { pool, close } = await openTestDatabase();
after(close);

const rows = `
insert into plinth.users (id, email) select gen_random_uuid(), n || '@example.com' from generate_series(1, 3) n;
insert into plinth.tasks (id, owner_id, title) select gen_random_uuid(), id, 'of a person' from plinth.users;
insert into plinth.audit_log (id, actor_kind, action, outcome) values (gen_random_uuid(), 'user', 'a.b', 'success')`;

const organization = `
insert into plinth.organizations (id, name, slug) values (gen_random_uuid(), 'Engines', 'engines');
insert into plinth.members (id, organization_id, user_id, role)
  select gen_random_uuid(), o.id, u.id, 'owner' from plinth.organizations o, plinth.users u;
insert into plinth.tasks (id, organization_id, title) select gen_random_uuid(), id, 'of all' from plinth.organizations`;

test('every migration is taken back one by one, and applied again, with rows in the tables', async () => {
  const tables = await tableNames(pool);
  const past = `set local plinth.caller = 'ffffffff-ffff-ffff-ffff-ffffffffffff'; `;
  await transaction(pool, (client) => client.query(`${past}${rows};${organization}`));
  let taken = 0;
  while ((await downgrade(pool, { folder, target: '-1' }).catch(() => [])).length > 0) {
    taken += 1;
    const there = await tableNames(pool);
    if (!there.includes('tasks')) continue;
    const { rows: tasks } = await pool.query('select distinct title from plinth.tasks');
    const left = there.includes('organizations') ? ['of a person', 'of all'] : ['of a person'];
    assert.deepEqual(tasks.map(({ title }) => title).sort(), left);
  }
  assert.deepEqual(await tableNames(pool), []);
  assert.equal((await migrate(pool, { folder })).length, taken);
  assert.deepEqual(await tableNames(pool), tables);
});
