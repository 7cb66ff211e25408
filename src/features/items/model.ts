/** Items: what they keep, and the shapes the wire sees. */
import { text } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { ownedColumns, ownedFields, ownedIndex } from '#features/users/model.ts';
import { plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { Change, Input, Nullable, Page, Title } from '#kernel/schema.ts';

export const items = plinth.table(
  'items',
  { ...ownedColumns, title: text().notNull(), description: text() },
  ownedIndex('items'),
);

const description = Nullable(Type.String({ maxLength: 255 }));

export const Item = Type.Object({ ...ownedFields, title: Title, description }, { title: 'Item' });
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
