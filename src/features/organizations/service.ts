/** Organizations: the verbs. */
import { and, eq, getTableColumns } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { changed } from '#features/tokens/service.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import type { Permission } from '#kernel/principal.ts';
import { one } from '#kernel/problem.ts';
import { rolesWith } from '#kernel/roles.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { isAsSeen, refuseStale } from '#platform/db/editions.ts';
import { pages } from '#platform/db/page.ts';
import {
  type Asking,
  asking,
  type Changing,
  changing,
  mayIn,
  refusesTenant,
} from '#platform/db/tenancy.ts';
import { hold } from './hold.ts';
import {
  members,
  type Organization,
  OrganizationNotFound,
  type OrganizationQuery,
  type OrganizationUpdate,
  organizations,
  RoleTooLow,
  SlugTaken,
} from './model.ts';

export { hold } from './hold.ts';
export { leave, ownerRemains, tellingLastOwner } from './leaving.ts';
export { leavingAll } from './leaving-all.ts';

/** Who asks, and as whom a role is theirs. */
type Seeing = Asking & { user_id: string };
type Asked = Seeing & { id: string };

const seeing = (db: Db): Seeing => ({ user_id: db.principal.userId, ...asking(db) });

const seen = { ...getTableColumns(organizations), role: members.role };

const isOwn = ({ user_id }: Slots<Seeing>) =>
  and(eq(members.organization_id, organizations.id), eq(members.user_id, user_id));

const may =
  (permission: Permission) =>
  ({ caller }: Slots<Asking>) =>
    mayIn(caller, organizations.id, permission);

const isReadable = may('organizations:read');

const page = pages('organizations.list', organizations, (who: Slots<Seeing>) => isReadable(who), {
  columns: seen,
  table: members,
  on: isOwn,
});

/** Those the caller belongs to; a superuser sees all. */
export const list = (db: Db, query: OrganizationQuery) => page(db, seeing(db), query);

const select = statement('organizations.get', ({ id, ...who }: Slots<Asked>) =>
  build
    .select(seen)
    .from(organizations)
    .leftJoin(members, isOwn(who))
    .where(and(eq(organizations.id, id), isReadable(who))),
);

/** @throws OrganizationNotFound */
export const get = async (db: Db, id: string) =>
  one(await select(db, { id, ...seeing(db) }), OrganizationNotFound);

const isWritable = may('organizations:write');

const change = statement(
  'organizations.update',
  ({ id, caller, versions, ...fields }: Slots<Changing & OrganizationUpdate & { id: string }>) =>
    build
      .update(organizations)
      .set(fields)
      .where(
        and(
          eq(organizations.id, id),
          isWritable({ caller }),
          isAsSeen(organizations)({ versions }),
        ),
      )
      .returning({ id: organizations.id }),
);

/** Changes what is given. @throws OrganizationNotFound, RoleTooLow, SlugTaken */
export const update = (db: Db, id: string, fields: OrganizationUpdate): Promise<Organization> =>
  db.transaction(async (db) => {
    await hold(db, id);
    const see = () => get(db, id);
    await changedOne(db, await unlessTaken(change(db, { ...fields, id, ...changing(db) })), see);
    const detail = { fields: Object.keys(fields) };
    await audit.record(db, 'organization.updated', { target_id: id, organization_id: id, detail });
    return see();
  });

const uniqueViolation = '23505';

const unlessTaken = <Result>(writing: Promise<Result>): Promise<Result> =>
  writing.catch((error) => {
    throw error.code === uniqueViolation ? SlugTaken() : error;
  });

const isManaged = may('organizations:manage');

const drop = statement('organizations.remove', ({ id, ...who }: Slots<Changing & { id: string }>) =>
  build
    .delete(organizations)
    .where(and(eq(organizations.id, id), isManaged(who), isAsSeen(organizations)(who)))
    .returning({ name: organizations.name, slug: organizations.slug }),
);

/**
 * Removes an organization and all that belongs to it. No key of it is believed any more.
 *
 * @throws OrganizationNotFound, RoleTooLow
 */
export const remove = (db: Db, ports: Ports, id: string): Promise<void> =>
  db.transaction(async (db) => {
    await hold(db, id);
    const detail = await changedOne(db, await drop(db, { id, ...changing(db) }), () => get(db, id));
    await changed(db, ports, id);
    await audit.record(db, 'organization.deleted', { target_id: id, organization_id: id, detail });
  });

/**
 * What a key of the organization may the route has asked.
 *
 * @throws OrganizationNotFound; RoleTooLow where the caller's role lacks a permission there
 */
export async function refuseBelow(db: Db, id: string, permission: Permission): Promise<void> {
  const { superuser, organizationId } = db.principal;
  const { role } = await get(db, id);
  if (superuser || organizationId) return;
  if (!role || !rolesWith(permission).includes(role)) throw RoleTooLow();
}

/**
 * The one row that a change returned.
 *
 * @param see shows the row, or throws the problem that there is none
 * @throws PreconditionFailed where the caller saw another edition of it; RoleTooLow where they may
 * see it, and not change it
 */
export async function changedOne<Row>(
  db: Db,
  rows: readonly Row[],
  see: () => Promise<{ readonly version: number }>,
): Promise<Row> {
  const [row] = rows;
  if (row) return row;
  refuseStale(db, await see());
  throw RoleTooLow();
}

/**
 * What writes a row that is given to an organization, or nothing of it.
 *
 * @throws OrganizationNotFound; RoleTooLow where the caller may see it, and not write there
 */
export async function inOrganization<Result>(
  db: Db,
  organization_id: string | null | undefined,
  write: (db: Db) => Promise<Result>,
): Promise<Result> {
  try {
    return await db.attempt(write);
  } catch (error) {
    if (!organization_id || !refusesTenant(error)) throw error;
    await get(db, organization_id);
    throw RoleTooLow();
  }
}
