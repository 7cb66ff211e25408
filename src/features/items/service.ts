/** Items: the verbs. Each is one statement; who may see a row is part of its WHERE. */
import { and, eq, sql } from 'drizzle-orm';
import { changedOne, inOrganization } from '#features/organizations/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { pages } from '#platform/db/page.ts';
import {
  type Asking,
  asking,
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
type Fields = Omit<ItemUpdate, 'organization_id'>;
type New = Omit<ItemCreate, 'organization_id'> & { id: string };

const { isReadable, isWritable, isListed, given, moved } = tenancy(items, 'items');

const page = pages('items.list', items, isListed);

/** The caller's, or an organization's; a superuser who names none sees those of everybody. */
export const list = (db: Db, { organization_id, ...query }: ItemQuery) =>
  page(db, db.principal.superuser && !organization_id ? {} : tenantOf(db, organization_id), query);

const select = statement('items.get', ({ id, ...who }: Slots<Asked>) =>
  build
    .select()
    .from(items)
    .where(and(eq(items.id, id), isReadable(who))),
);

/** @throws ItemNotFound */
export const get = async (db: Db, id: string): Promise<Item> =>
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
  return one(await inOrganization(db, organization_id, insert(db, row)), ItemNotFound);
}

const change = statement(
  'items.update',
  ({ id, caller, to_owner, to_organization, ...fields }: Slots<Asked & Move & Fields>) =>
    build
      .update(items)
      .set({ ...fields, ...moved({ to_owner, to_organization, caller }), updated_at: sql`now()` })
      .where(and(eq(items.id, id), isWritable({ caller })))
      .returning(),
);

/** Changes what is given. @throws ItemNotFound, OrganizationNotFound, RoleTooLow */
export async function update(db: Db, id: string, { organization_id, ...fields }: ItemUpdate) {
  const row = { ...fields, id, ...asking(db), ...moving(db, organization_id) };
  const rows = await inOrganization(db, organization_id, change(db, row));
  return changedOne(rows, () => get(db, id));
}

const drop = statement('items.remove', ({ id, ...who }: Slots<Asked>) =>
  build
    .delete(items)
    .where(and(eq(items.id, id), isWritable(who)))
    .returning({ id: items.id }),
);

/** @throws ItemNotFound, RoleTooLow */
export async function remove(db: Db, id: string) {
  await changedOne(await drop(db, { id, ...asking(db) }), () => get(db, id));
  return { message: 'Item deleted successfully' };
}
