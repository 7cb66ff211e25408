/** Organizations: the door. */
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { auditLog } from './audit-log.ts';
import { create } from './create.ts';
import {
  LastOwner,
  MemberNotFound,
  Organization,
  OrganizationCreate,
  OrganizationNotFound,
  OrganizationPage,
  OrganizationQuery,
  OrganizationUpdate,
  OwnershipTransfer,
  RoleTooLow,
  SlugTaken,
  TooManyOrganizations,
} from './model.ts';
import * as organizations from './service.ts';
import { transfer } from './transfer.ts';

export default feature({
  name: 'organizations',
  description: 'Groups of people that own things together.',
  part: 'Organizations',
  permissions: ['organizations:read', 'organizations:write', 'organizations:manage'],
  routes: {
    list: api.get('/organizations', {
      allow: 'organizations:read',
      summary: 'My organizations, newest first',
      description: 'Superusers see all.',
      query: OrganizationQuery,
      answer: OrganizationPage,
      run: ({ db, query }) => organizations.list(db, query),
    }),

    create: api.post('/organizations', {
      allow: 'signed-in',
      summary: 'Found an organization',
      description: 'The caller becomes its owner. A slug is made of the name unless given.',
      body: OrganizationCreate,
      answer: Organization,
      status: 201,
      problems: [SlugTaken, TooManyOrganizations],
      creates: true,
      run: ({ db, body }) => create(db, body),
    }),

    get: api.get('/organizations/:organization_id', {
      allow: 'organizations:read',
      summary: 'One organization',
      answer: Organization,
      problems: [OrganizationNotFound],
      run: ({ db, params }) => organizations.get(db, params.organization_id),
    }),

    update: api.patch('/organizations/:organization_id', {
      allow: 'organizations:write',
      summary: 'Change an organization',
      description: 'For its admins and owners. Metadata is replaced as a whole.',
      body: OrganizationUpdate,
      answer: Organization,
      problems: [OrganizationNotFound, RoleTooLow, SlugTaken],
      run: ({ db, params, body }) => organizations.update(db, params.organization_id, body),
    }),

    remove: api.delete('/organizations/:organization_id', {
      allow: 'organizations:manage',
      summary: 'Delete an organization and all that belongs to it',
      description: 'For its owners.',
      answer: Type.Null(),
      status: 204,
      problems: [OrganizationNotFound, RoleTooLow],
      run: async ({ db, ports, params }) => {
        await organizations.remove(db, ports, params.organization_id);
        return null;
      },
    }),

    leave: api.post('/organizations/:organization_id/leave', {
      allow: 'signed-in',
      summary: 'Leave an organization',
      answer: Type.Null(),
      status: 204,
      problems: [OrganizationNotFound, MemberNotFound, LastOwner],
      run: async ({ db, params }) => {
        await organizations.leave(db, params.organization_id);
        return null;
      },
    }),

    transfer: api.post('/organizations/:organization_id/transfer', {
      allow: 'organizations:manage',
      summary: 'Make another member the owner in my place',
      description: 'Who owned it stays as an admin.',
      body: OwnershipTransfer,
      answer: Organization,
      problems: [OrganizationNotFound, RoleTooLow, MemberNotFound],
      run: ({ db, params, body }) => transfer(db, params.organization_id, body.user_id),
    }),

    ...auditLog,
  },
});
