/** Whose a thing is, on the wire: a person's, or an organization's. */
import { Type } from 'typebox';
import { Id, Nullable, Timestamp } from './schema.ts';

/** What every resource that belongs to a tenant is answered with, beside what is its own. */
export const tenantFields = {
  id: Id,
  owner_id: Nullable(
    Type.String({
      format: 'uuid',
      description: 'Null where it is an organization’s.',
      examples: ['019a9c5e-04f8-7996-8da7-63b7a969b102'],
    }),
  ),
  organization_id: Nullable(
    Type.String({ format: 'uuid', description: 'Null where it is a person’s.' }),
    { examples: [null] },
  ),
  created_at: Timestamp,
  updated_at: Timestamp,
};

/** Of which organization, in a query: the caller's own rows where it is left out. */
export const ofOrganization = {
  organization_id: Type.Optional(
    Type.String({
      format: 'uuid',
      description: 'Of this organization; the caller’s own unless given.',
    }),
  ),
};

/** In a body: to whom it is to belong. */
export const toOrganization = Nullable(
  Type.String({
    format: 'uuid',
    description: 'The organization it belongs to; null is the caller.',
  }),
  { examples: [null] },
);
