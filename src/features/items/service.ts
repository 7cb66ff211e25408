/** Items: the verbs. Each is one statement; who may see a row is part of its WHERE. */
import { and, eq, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { one } from '#kernel/problem.ts';
import type { PageQuery } from '#kernel/schema.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { pages } from '#platform/db/page.ts';
import { type Item, type ItemCreate, ItemNotFound, type ItemUpdate, items } from './model.ts';

/** Superusers see the items of everybody. */
type Visible = { owner_id?: string | undefined };
type VisibleRow = Visible & { id: string };

const visible = ({ principal }: Db): Visible =>
  principal.superuser ? {} : { owner_id: principal.userId };
const isVisible = ({ owner_id }: Slots<Visible>) => owner_id && eq(items.owner_id, owner_id);
const isThis = ({ id, owner_id }: Slots<VisibleRow>) =>
  and(eq(items.id, id), isVisible({ owner_id }));

const page = pages('items.list', items, isVisible);

export const list = (db: Db, query: PageQuery) => page(db, visible(db), query);

const select = statement('items.get', (slots: Slots<VisibleRow>) =>
  build.select().from(items).where(isThis(slots)),
);

/** @throws ItemNotFound */
export const get = async (db: Db, id: string): Promise<Item> =>
  one(await select(db, { id, ...visible(db) }), ItemNotFound);

const insert = statement(
  'items.create',
  (row: Slots<ItemCreate & { id: string; owner_id: string }>) =>
    build.insert(items).values(row).returning(),
);

export const create = async (db: Db, input: ItemCreate): Promise<Item> =>
  one(await insert(db, { ...input, id: newId(), owner_id: db.principal.userId }), ItemNotFound);

const change = statement(
  'items.update',
  ({ id, owner_id, ...fields }: Slots<VisibleRow & ItemUpdate>) =>
    build
      .update(items)
      .set({ ...fields, updated_at: sql`now()` })
      .where(isThis({ id, owner_id }))
      .returning(),
);

/** @throws ItemNotFound */
export const update = async (db: Db, id: string, fields: ItemUpdate): Promise<Item> =>
  one(await change(db, { ...fields, id, ...visible(db) }), ItemNotFound);

const drop = statement('items.remove', (slots: Slots<VisibleRow>) =>
  build.delete(items).where(isThis(slots)).returning({ id: items.id }),
);

/** @throws ItemNotFound */
export async function remove(db: Db, id: string) {
  one(await drop(db, { id, ...visible(db) }), ItemNotFound);
  return { message: 'Item deleted successfully' };
}
