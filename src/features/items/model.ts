/** Items: what they keep, and the shapes the wire sees. */
import { index, text } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import {
  ofOrganization,
  tenantColumns,
  tenantFields,
  tenantRules,
  toOrganization,
} from '#features/organizations/model.ts';
import { plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import {
  Change,
  createdBetween,
  Input,
  Nullable,
  Page,
  paging,
  Query,
  Resource,
  Search,
  Sort,
  Title,
} from '#kernel/schema.ts';

export { OrganizationNotFound, RoleTooLow } from '#features/organizations/model.ts';

export const items = plinth.table(
  'items',
  { ...tenantColumns('items'), title: text().notNull(), description: text() },
  (table) => [
    ...tenantRules('items')(table),
    // For superusers, who see those of everybody.
    index('items_created').on(table.created_at, table.id),
  ],
);

const description = Nullable(
  Type.String({ maxLength: 255, examples: ['Two thousand, of stiff card, for the mill.'] }),
);

export const Item = Resource('Item', { ...tenantFields, title: Title, description });
export type Item = Static<typeof Item>;
export const ItemPage = Page('ItemPage', Item);

export const ItemCreate = Input('ItemCreate', {
  title: Title,
  description: Type.Optional(description),
  organization_id: Type.Optional(toOrganization),
});
export type ItemCreate = Static<typeof ItemCreate>;

export const ItemUpdate = Change('ItemUpdate', {
  title: Title,
  description,
  organization_id: toOrganization,
});
export type ItemUpdate = Static<typeof ItemUpdate>;

export const ItemQuery = Query({
  ...paging,
  ...ofOrganization,
  ...createdBetween,
  search: Search('In the title or description.'),
  sort: Sort('created_at', 'updated_at', 'title'),
});
export type ItemQuery = Static<typeof ItemQuery>;

export const ItemNotFound = problem(404, 'item_not_found', 'There is no such item');
