/** Items: the door. Each handler hands the request to one verb. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { Message } from '#kernel/schema.ts';
import {
  Item,
  ItemCreate,
  ItemNotFound,
  ItemPage,
  ItemQuery,
  ItemUpdate,
  OrganizationNotFound,
  RoleTooLow,
} from './model.ts';
import * as items from './service.ts';

export default feature({
  name: 'items',
  description: 'What the caller owns; superusers see all.',
  permissions: ['items:read', 'items:write'],
  routes: {
    list: api.get('/items/', {
      allow: 'items:read',
      summary: 'Items, newest first',
      query: ItemQuery,
      answer: ItemPage,
      run: ({ db, query }) => items.list(db, query),
    }),

    create: api.post('/items/', {
      allow: 'items:write',
      summary: 'Create an item',
      body: ItemCreate,
      answer: Item,
      problems: [OrganizationNotFound, RoleTooLow],
      creates: true,
      run: ({ db, body }) => items.create(db, body),
    }),

    get: api.get('/items/:id', {
      allow: 'items:read',
      summary: 'One item',
      answer: Item,
      problems: [ItemNotFound],
      run: ({ db, params }) => items.get(db, params.id),
    }),

    replace: api.put('/items/:id', {
      allow: 'items:write',
      summary: 'Change an item',
      body: ItemUpdate,
      answer: Item,
      problems: [ItemNotFound, OrganizationNotFound, RoleTooLow],
      run: ({ db, params, body }) => items.update(db, params.id, body),
    }),

    update: api.patch('/items/:id', {
      allow: 'items:write',
      summary: 'Change an item',
      body: ItemUpdate,
      answer: Item,
      problems: [ItemNotFound, OrganizationNotFound, RoleTooLow],
      run: ({ db, params, body }) => items.update(db, params.id, body),
    }),

    remove: api.delete('/items/:id', {
      allow: 'items:write',
      summary: 'Delete an item',
      answer: Message,
      problems: [ItemNotFound, RoleTooLow],
      run: ({ db, params }) => items.remove(db, params.id),
    }),
  },
});
