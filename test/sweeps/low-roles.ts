/** How somebody tries a route on what is their organization's, where their role does not let them. */
import type { Permission } from '#kernel/principal.ts';
import { rolesWith } from '#kernel/roles.ts';
import type { Attack } from './attacks.ts';
import { lineOf, paramsIn, type Swept } from './routes.ts';
import type { Row } from './rows.ts';
import { idsIn } from './samples.ts';
import { harmless, type Sight, tableOf } from './sight.ts';

/** What a role must have for a route; whoever belongs to an organization may leave it. */
function permissionOf(route: Swept): Permission | undefined {
  const { allow, method, feature } = route;
  if (allow === 'public') return undefined;
  if (allow !== 'signed-in') return allow;
  if (paramsIn(route).includes('organization_id')) return undefined;
  return `${feature}:${method === 'GET' ? 'read' : 'write'}`;
}

const mentions = (schema: Swept['body']) =>
  idsIn(schema).some(({ name }) => name === 'organization_id');

/** A row of the organization, or another member of it; where the path has none, the caller's own. */
function rowFor(route: Swept, { actor, own, foreign }: Sight, name: string): Row | undefined {
  const { id, organization = '', fellows } = actor;
  const table = tableOf(route, name);
  if (name !== 'user_id') {
    return own.find((row) => row.table === table && row.tenants.includes(organization));
  }
  if (!paramsIn(route).includes('organization_id')) return own.find((row) => row.id === id);
  return foreign.get(table)?.find((row) => fellows.has(row.id ?? ''));
}

/** One for each parameter; undefined where there is none of a kind. */
function rowsFor(route: Swept, sight: Sight): Record<string, Row> | undefined {
  const rows = paramsIn(route).map((name) => [name, rowFor(route, sight, name)] as const);
  return rows.every(([, row]) => row)
    ? (Object.fromEntries(rows) as Record<string, Row>)
    : undefined;
}

export function* attacksFromBelow(route: Swept, sight: Sight): Generator<Attack> {
  const { role, organization: organization_id } = sight.actor;
  const permission = permissionOf(route);
  if (!role || !permission || rolesWith(permission).includes(role)) return;
  const rows = rowsFor(route, sight);
  if (!rows) return;
  const ids = Object.entries(rows).map(([name, { id }]) => [name, id]);
  const line = lineOf(route, Object.fromEntries(ids));
  const { body, headers } = harmless(route, sight);
  if (Object.keys(rows).some((name) => name !== 'user_id')) {
    const row = Object.values(rows).at(-1) as Row;
    yield { sent: { line, body, headers }, row, isRefused: true };
  } else if (mentions(route.body)) {
    const given = { ...(body as object), organization_id };
    yield { sent: { line, body: given, headers }, isRefused: true };
  } else if (mentions(route.query)) {
    const sent = { line: `${line}?organization_id=${organization_id}`, headers };
    yield { sent, hides: `"organization_id":"${organization_id}"` };
  }
}
