/** Organizations, who belongs to them, and what every table has whose rows belong to one or to a person. */
import { sql } from 'drizzle-orm';
import {
  check,
  type ExtraConfigColumn,
  index,
  jsonb,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { users } from '#features/users/model.ts';
import { editions, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { roles } from '#kernel/roles.ts';
import { hasRole, isCaller, onlyUnscoped, policies, tenantPolicies } from '#kernel/row-security.ts';
import {
  Change,
  Id,
  Input,
  Nullable,
  Page,
  paging,
  Query,
  Resource,
  Sort,
  Timestamp,
} from '#kernel/schema.ts';

export { ofOrganization, tenantFields, toOrganization } from '#kernel/tenant-fields.ts';

type Metadata = Readonly<Record<string, string | number | boolean | null>>;

export const organizations = plinth.table(
  'organizations',
  {
    id: uuid().primaryKey(),
    ...editions('organizations'),
    name: text().notNull(),
    /** In addresses: ASCII, so that no two look alike. */
    slug: text().notNull(),
    metadata: jsonb().$type<Metadata>().notNull().default({}),
  },
  (table) => [
    uniqueIndex('organizations_slug').on(table.slug),
    index('organizations_created').on(table.created_at, table.id),
    ...policies('organizations', {
      read: hasRole('organizations:read', 'id'),
      write: hasRole('organizations:write', 'id'),
      add: onlyUnscoped,
      remove: hasRole('organizations:manage', 'id'),
    }),
  ],
);

export const members = plinth.table(
  'members',
  {
    id: uuid().primaryKey(),
    organization_id: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text({ enum: roles }).notNull(),
    ...editions('members'),
  },
  (table) => [
    // Asked of every statement about what belongs to an organization, and answered by the index alone.
    uniqueIndex('members_user').on(table.user_id, table.organization_id),
    index('members_organization').on(table.organization_id, table.created_at, table.id),
    index('members_owners').on(table.organization_id).where(sql`role = 'owner'`),
    ...policies('members', {
      read: sql`${isCaller('user_id')} or ${hasRole('members:read')}`,
      write: hasRole('members:write'),
      remove: sql`${isCaller('user_id')} or ${hasRole('members:write')}`,
    }),
  ],
);

/** The columns of a table whose rows belong to a person or to an organization. */
export const tenantColumns = (table: string) => ({
  id: uuid().primaryKey(),
  owner_id: uuid().references(() => users.id, { onDelete: 'cascade' }),
  organization_id: uuid().references(() => organizations.id, { onDelete: 'cascade' }),
  ...editions(table),
});

type TenantColumn = 'owner_id' | 'organization_id' | 'created_at' | 'id';

/**
 * What such a table keeps to: each row is one tenant's, who alone sees it, and its lists are scans of
 * one tenant's part of it.
 *
 * @param noun of its permissions, where that is not its name
 */
export const tenantRules =
  (table: string, noun = table) =>
  ({ owner_id, organization_id, created_at, id }: Record<TenantColumn, ExtraConfigColumn>) => [
    // Each with the other tenant at its end: the policy asks for both, and a count by the index alone is
    // cheap.
    index(`${table}_owner`).on(owner_id, created_at, id, organization_id),
    index(`${table}_organization`).on(organization_id, created_at, id, owner_id),
    check(`${table}_tenant`, sql`num_nonnulls(owner_id, organization_id) = 1`),
    ...tenantPolicies(table, noun),
  ];

export const Role = Type.Enum(roles);

export const Slug = Type.String({
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  minLength: 1,
  maxLength: 64,
  description: 'Its name in addresses: letters a to z, digits, and single hyphens between them.',
  examples: ['analytical-engines'],
});
const Name = Type.String({
  // Something to be seen in it, and nothing that breaks a line.
  pattern: '^[^\\p{Cc}]*[^\\s\\p{C}][^\\p{Cc}]*$',
  minLength: 1,
  maxLength: 255,
  examples: ['Analytical Engines'],
});
/** JSON can write numbers that it cannot write again. */
const Finite = Type.Number({ minimum: -Number.MAX_VALUE, maximum: Number.MAX_VALUE });
const Metadata = Type.Record(
  Type.String({ pattern: '^[\\w.:-]{1,64}$' }),
  Type.Union([Type.String({ maxLength: 1000 }), Finite, Type.Boolean(), Type.Null()]),
  {
    additionalProperties: false,
    maxProperties: 50,
    description: 'What the application keeps beside it.',
    examples: [{ plan: 'team', seats: 12 }],
  },
);

export const Organization = Resource('Organization', {
  id: Id,
  created_at: Timestamp,
  updated_at: Timestamp,
  name: Name,
  slug: Slug,
  metadata: Metadata,
  role: Nullable(
    Type.Enum(roles, {
      examples: ['owner'],
      description: 'Of the caller; null to a superuser who is no member, and to a key.',
    }),
  ),
});
export type Organization = Static<typeof Organization>;
export const OrganizationQuery = Query({
  ...paging,
  sort: Sort('created_at', 'updated_at', 'name'),
});
export type OrganizationQuery = Static<typeof OrganizationQuery>;
export const OrganizationPage = Page('OrganizationPage', Organization);

export const OrganizationCreate = Input('OrganizationCreate', {
  name: Name,
  slug: Type.Optional(Slug),
  metadata: Type.Optional(Metadata),
});
export type OrganizationCreate = Static<typeof OrganizationCreate>;

export const OrganizationUpdate = Change('OrganizationUpdate', {
  name: Name,
  slug: Slug,
  metadata: Metadata,
});
export type OrganizationUpdate = Static<typeof OrganizationUpdate>;

export const OwnershipTransfer = Input('OwnershipTransfer', {
  user_id: Type.String({ format: 'uuid', description: 'A member, who is the owner from then on.' }),
});

export const OrganizationNotFound = problem(
  404,
  'organization_not_found',
  'There is no such organization',
);
export const RoleTooLow = problem(
  403,
  'role_too_low',
  'Your role in this organization does not let you do this',
);
export const MemberNotFound = problem(404, 'member_not_found', 'There is no such member');
/** So many organizations one person may own. */
export const maxOwned = 100;
export const TooManyOrganizations = problem(
  409,
  'too_many_organizations',
  `Nobody may own more than ${maxOwned} organizations; delete one or hand one over first`,
);
export const SlugTaken = problem(
  409,
  'slug_taken',
  'Another organization has this slug',
  'Choose another one.',
);
export const LastOwner = problem(
  409,
  'last_owner',
  'An organization needs an owner; make somebody else one first',
);
