/** Whose rows a statement is about, as part of its WHERE: a person's, or an organization's. */
import { and, eq, or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Db } from '#kernel/db.ts';
import type { Permission } from '#kernel/principal.ts';
import { organizationsOf } from '#kernel/row-security.ts';
import type { Slots } from '#kernel/statement.ts';
import { isAsSeen, type Seen, seenBy } from './editions.ts';

type TenantColumn = 'owner_id' | 'organization_id' | 'version';
type TenantTable = PgTable & Readonly<Record<TenantColumn, PgColumn>>;

/** Who asks: a user, or an organization by a key of its own. A superuser is not asked who they are. */
export type Asking = { caller?: string | undefined };

export const asking = ({ principal }: Db): Asking =>
  principal.superuser ? {} : { caller: principal.organizationId ?? principal.userId };

/** Who changes a row, and which edition of it they saw. */
export type Changing = Asking & Seen;

export const changing = (db: Db): Changing => ({ ...asking(db), ...seenBy(db) });

/** The caller has a permission in the organization that a column or a value names; a superuser everywhere. */
export const mayIn = (
  caller: SQL<string> | undefined,
  organization: PgColumn | SQL<string>,
  permission: Permission,
): SQL | undefined => caller && sql`${organization} in ${organizationsOf(caller, permission)}`;

/** Rows of the caller's own, and of every organization where the caller has the permission. */
export const reachable =
  (table: TenantTable, permission: Permission) =>
  ({ caller }: Slots<Asking>): SQL | undefined =>
    caller && or(eq(table.owner_id, caller), mayIn(caller, table.organization_id, permission));

/** One tenant, as who asks names it: an organization, or else themselves. */
export type Tenant = Asking & {
  owner_id?: string | undefined;
  organization_id?: string | undefined;
};

export function tenantOf(db: Db, organization_id?: string | null): Tenant {
  const { userId, organizationId } = db.principal;
  if (organization_id && organization_id !== organizationId) {
    return { organization_id, ...asking(db) };
  }
  return organizationId ? { organization_id: organizationId } : { owner_id: userId };
}

/** Rows of one tenant: nothing where the caller lacks the permission there. */
export const belongsTo =
  (table: TenantTable, permission: Permission) =>
  ({ owner_id, organization_id, caller }: Slots<Tenant>): SQL | undefined =>
    and(
      owner_id && eq(table.owner_id, owner_id),
      organization_id && eq(table.organization_id, organization_id),
      organization_id && mayIn(caller, organization_id, permission),
    );

/** Where a row is moved to: nowhere unless it is said, and back to the caller by null. */
export type Move = { to_owner?: string | undefined; to_organization?: string | undefined };

export function moving(db: Db, organization_id: string | null | undefined): Move {
  if (organization_id === undefined) return {};
  const tenant = tenantOf(db, organization_id);
  return { to_owner: tenant.owner_id, to_organization: tenant.organization_id };
}

/**
 * The columns that give a row to a tenant. Where the caller lacks the permission there it would be
 * nobody's, which the table refuses: `refusesTenant` tells that error.
 */
export const givenTo =
  (permission: Permission) =>
  ({ owner_id, organization_id, caller }: Slots<Tenant>) => ({
    owner_id: owner_id ?? sql<null>`null`,
    organization_id:
      organization_id && caller
        ? sql<string>`(select ${organization_id}::uuid where ${organization_id}::uuid in ${organizationsOf(caller, permission)})`
        : (organization_id ?? sql<null>`null`),
  });

/** The same columns where a row may be moved, or stay. */
export const movedTo =
  (permission: Permission) =>
  ({ to_owner, to_organization, caller }: Slots<Move & Asking>) =>
    to_owner || to_organization
      ? givenTo(permission)({ owner_id: to_owner, organization_id: to_organization, caller })
      : {};

/** A row that is nobody's: by its policy, by its table, or since the organization is gone. */
const refusals: ReadonlySet<unknown> = new Set(['42501', '23514', '23503']);

export const refusesTenant = (error: unknown): boolean =>
  refusals.has((error as { code?: unknown }).code);

/**
 * What the statements of a feature say of whose rows they mean.
 *
 * @param noun of its permissions
 */
export const tenancy = (table: TenantTable, noun: string) => ({
  isReadable: reachable(table, `${noun}:read`),
  isWritable: (who: Slots<Changing>) =>
    and(reachable(table, `${noun}:write`)(who), isAsSeen(table)(who)),
  isListed: belongsTo(table, `${noun}:read`),
  given: givenTo(`${noun}:write`),
  moved: movedTo(`${noun}:write`),
});
