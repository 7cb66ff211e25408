/** Members: the door. */
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { remove, update } from './change.ts';
import {
  LastOwner,
  Member,
  MemberNotFound,
  MemberPage,
  MemberQuery,
  MemberUpdate,
  OrganizationNotFound,
  RoleTooLow,
} from './model.ts';
import * as members from './service.ts';

export default feature({
  name: 'members',
  description: 'Who belongs to an organization, and as what.',
  part: 'Organizations',
  permissions: ['members:read', 'members:write'],
  routes: {
    list: api.get('/organizations/:organization_id/members', {
      allow: 'members:read',
      summary: 'Members of an organization, newest first',
      query: MemberQuery,
      answer: MemberPage,
      problems: [OrganizationNotFound],
      run: ({ db, params, query }) => members.list(db, params.organization_id, query),
    }),

    get: api.get('/organizations/:organization_id/members/:user_id', {
      allow: 'members:read',
      summary: 'One member',
      answer: Member,
      problems: [OrganizationNotFound, MemberNotFound],
      run: ({ db, params }) => members.get(db, params.organization_id, params.user_id),
    }),

    update: api.patch('/organizations/:organization_id/members/:user_id', {
      allow: 'members:write',
      summary: 'Give a member another role',
      description:
        'Admins make admins and members; owners make and unmake owners. Acts from the next request on.',
      body: MemberUpdate,
      answer: Member,
      problems: [OrganizationNotFound, MemberNotFound, RoleTooLow, LastOwner],
      run: ({ db, params, body }) => update(db, params.organization_id, params.user_id, body),
    }),

    remove: api.delete('/organizations/:organization_id/members/:user_id', {
      allow: 'members:write',
      summary: 'Remove a member',
      description: 'Admins remove admins and members; owners remove owners too. Oneself: leave.',
      answer: Type.Null(),
      status: 204,
      problems: [OrganizationNotFound, MemberNotFound, RoleTooLow, LastOwner],
      run: async ({ db, params }) => {
        await remove(db, params.organization_id, params.user_id);
        return null;
      },
    }),
  },
});
