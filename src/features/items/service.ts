/** Items: the verbs. Each is one statement; who may see a row is part of its WHERE. */
import { and, eq } from 'drizzle-orm';
import { changedOne, inOrganization } from '#features/organizations/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import {
  anywhere,
  type FilterOf,
  filterOf,
  isWithin,
  oneIsLike,
  refuseBackward,
} from '#platform/db/filters.ts';
import { pages } from '#platform/db/page.ts';
import {
  type Asking,
  asking,
  type Changing,
  changing,
  type Move,
  moving,
  type Tenant,
  tenancy,
  tenantOf,
} from '#platform/db/tenancy.ts';
import {
  type Item,
  type ItemCreate,
  ItemNotFound,
  type ItemQuery,
  type ItemUpdate,
  items,
} from './model.ts';

type Asked = Asking & { id: string };
type Changed = Changing & { id: string };
type Fields = Omit<ItemUpdate, 'organization_id'>;
type New = Omit<ItemCreate, 'organization_id'> & { id: string };
type Filter = Tenant & Omit<FilterOf<ItemQuery>, 'search'> & { pattern?: string | undefined };

const { isReadable, isWritable, isListed, given, moved } = tenancy(items, 'items');

const page = pages(
  'items.list',
  items,
  ({ pattern, created_after, created_before, ...tenant }: Slots<Filter>) =>
    and(
      isListed(tenant),
      isWithin(items.created_at, created_after, created_before),
      oneIsLike(pattern, items.title, items.description),
    ),
);

/**
 * The caller's, or an organization's; a superuser who names none sees those of everybody.
 *
 * @throws Invalid where the time ends before it begins
 */
export function list(db: Db, query: ItemQuery) {
  refuseBackward(query, 'created_after', 'created_before');
  const { organization_id, search, ...filter } = filterOf(query);
  const seesAll = db.principal.superuser && !organization_id;
  const tenant = seesAll ? {} : tenantOf(db, organization_id);
  return page(db, { ...filter, ...tenant, pattern: anywhere(search) }, query);
}

const select = statement('items.get', ({ id, ...who }: Slots<Asked>) =>
  build
    .select()
    .from(items)
    .where(and(eq(items.id, id), isReadable(who))),
);

/** @throws ItemNotFound */
export const get = async (db: Db, id: string) =>
  one(await select(db, { id, ...asking(db) }), ItemNotFound);

const insert = statement(
  'items.create',
  ({ owner_id, organization_id, caller, ...row }: Slots<New & Tenant>) =>
    build
      .insert(items)
      .values({ ...row, ...given({ owner_id, organization_id, caller }) })
      .returning(),
);

/** @throws OrganizationNotFound, RoleTooLow */
export async function create(db: Db, { organization_id, ...input }: ItemCreate): Promise<Item> {
  const row = { ...input, id: newId(), ...tenantOf(db, organization_id) };
  return one(await inOrganization(db, organization_id, (db) => insert(db, row)), ItemNotFound);
}

const change = statement(
  'items.update',
  ({
    id,
    caller,
    versions,
    to_owner,
    to_organization,
    ...fields
  }: Slots<Changed & Move & Fields>) =>
    build
      .update(items)
      .set({ ...fields, ...moved({ to_owner, to_organization, caller }) })
      .where(and(eq(items.id, id), isWritable({ caller, versions })))
      .returning(),
);

/** Changes what is given. @throws ItemNotFound, OrganizationNotFound, RoleTooLow */
export async function update(db: Db, id: string, { organization_id, ...fields }: ItemUpdate) {
  const row = { ...fields, id, ...changing(db), ...moving(db, organization_id) };
  const rows = await inOrganization(db, organization_id, (db) => change(db, row));
  return changedOne(db, rows, () => get(db, id));
}

const drop = statement('items.remove', ({ id, ...who }: Slots<Changed>) =>
  build
    .delete(items)
    .where(and(eq(items.id, id), isWritable(who)))
    .returning({ id: items.id }),
);

/** @throws ItemNotFound, RoleTooLow */
export async function remove(db: Db, id: string) {
  await changedOne(db, await drop(db, { id, ...changing(db) }), () => get(db, id));
  return { message: 'Item deleted successfully' };
}
