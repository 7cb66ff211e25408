/** The stage of the sweep: who calls, what is planted for whom, and what each of them may not see. */
import assert from 'node:assert/strict';
import type { Harness } from '../harness.ts';
import { type Actor, alone, cast, type Tenant } from './cast.ts';
import { plant } from './plants.ts';
import type { Swept } from './routes.ts';
import { changesOf, type Row, rowsReader } from './rows.ts';
import type { Sight } from './sight.ts';

export async function setStage(harness: Harness, routes: readonly Swept[]) {
  const { tenants, actors } = await cast(harness);
  await plant(harness, routes, tenants);
  const read = await rowsReader(harness);
  let rows = await read();
  assertPlanted([...rows.values()], tenants);
  let passing: readonly Actor[] = [];
  let passed = 0;

  /** What is another's to an actor, but what the log of their organization tells; and their own. */
  function sightOf(actor: Actor): Sight {
    const isOwn = (row: Row) => row.tenants.some((one) => actor.circle.has(one));
    const others = [...rows.values()].filter((row) => row.tenants.length > 0 && !isOwn(row));
    const own = [...rows.values()].filter(isOwn);
    const log = JSON.stringify(own.filter(({ table }) => table === 'audit_log'));
    const ofTenants = new Map(others.map((row) => [`${row.table} ${row.tenants}`, row]));
    const ids = others.flatMap(({ id }) => id ?? []);
    return {
      actor,
      foreign: Map.groupBy(ofTenants.values(), ({ table }) => table),
      secrets: new Set(ids.filter((id) => !actor.fellows.has(id) && !log.includes(id))),
      own,
      others: tenants.filter(({ id }) => !actor.circle.has(id)),
    };
  }

  /** What changed since it was asked last, the log of it left out. */
  async function changes() {
    const before = rows;
    rows = await read();
    return changesOf(before, rows).filter(({ row }) => row.table !== 'audit_log');
  }

  /** A person and a key whom nobody misses: somebody new when the one before is gone. */
  async function passersBy(): Promise<readonly Actor[]> {
    const [person] = passing;
    const { headers = {} } = person ?? {};
    const { status } = await harness.call(undefined, 'GET /api/v1/users/me', undefined, {
      headers,
    });
    if (status !== 200) passing = await alone(harness, `passer${++passed}`);
    return passing;
  }

  const sights = actors.map(sightOf);
  return { tenants, sights, sightOf, changes, passersBy };
}

/** A table from which a tenant has nothing would be tried on nothing. */
function assertPlanted(rows: readonly Row[], tenants: readonly Tenant[]) {
  for (const [table, found] of Map.groupBy(rows, (row) => row.table)) {
    const columns: Row['columns'] = found[0]?.columns ?? [];
    const isOfOrganizations = columns.includes('organization_id') || table === 'organizations';
    const isOfPeople = !isOfOrganizations || columns.includes('owner_id');
    for (const { id, canary, isOrganization } of tenants) {
      const has = found.some((row) => row.tenants.includes(id));
      assert.ok(
        has || !(isOrganization ? isOfOrganizations : isOfPeople),
        `${canary} has no ${table}`,
      );
    }
  }
}
