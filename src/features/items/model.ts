/** Items: what they keep, and the shapes the wire sees. */
import { index, text, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { users } from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { Change, Id, Input, Nullable, Page, Timestamp, Title } from '#kernel/schema.ts';

export const items = plinth.table(
  'items',
  {
    id: uuid().primaryKey(),
    owner_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    title: text().notNull(),
    description: text(),
    created_at: instant('created_at').notNull().defaultNow(),
    updated_at: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [index('items_owner').on(table.owner_id, table.created_at, table.id)],
);

const description = Nullable(Type.String({ maxLength: 255 }));

export const Item = Type.Object(
  {
    id: Id,
    owner_id: Id,
    title: Title,
    description,
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Item' },
);
export type Item = Static<typeof Item>;
export const ItemPage = Page('ItemPage', Item);

export const ItemCreate = Input('ItemCreate', {
  title: Title,
  description: Type.Optional(description),
});
export type ItemCreate = Static<typeof ItemCreate>;

export const ItemUpdate = Change('ItemUpdate', { title: Title, description });
export type ItemUpdate = Static<typeof ItemUpdate>;

export const ItemNotFound = problem(404, 'item_not_found', 'There is no such item');
