/** API keys: what a program signs in with, and what is told of it. */
import { boolean, integer, jsonb, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import {
  ofOrganization,
  tenantColumns,
  tenantFields,
  tenantRules,
  toOrganization,
} from '#features/organizations/model.ts';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { Change, Input, Nullable, Page, paging, Query, Resource, Sort } from '#kernel/schema.ts';

export { OrganizationNotFound, RoleTooLow } from '#features/organizations/model.ts';

/** Actions by resource, as Better Auth writes them: `{ "tasks": ["read", "write"] }`. */
const Permissions = Type.Record(
  Type.String({ pattern: '^[a-z][a-z\\d-]{0,63}$' }),
  Type.Array(Type.Enum(['read', 'write', 'manage'], { type: 'string' }), {
    minItems: 1,
    maxItems: 3,
    uniqueItems: true,
  }),
  {
    additionalProperties: false,
    maxProperties: 50,
    description: 'Actions by resource. What the owner may not do, the key may not either.',
    examples: [{ tasks: ['read', 'write'] }],
  },
);
export type KeyPermissions = Static<typeof Permissions>;

export const apiKeys = plinth.table(
  'api_keys',
  {
    ...tenantColumns('api_keys'),
    name: text().notNull(),
    /** The beginning of the key, by which its owner knows it. */
    prefix: text().notNull(),
    /** SHA-256 of the key, in base64url. */
    digest: text().notNull(),
    permissions: jsonb().$type<KeyPermissions>().notNull(),
    enabled: boolean().notNull().default(true),
    expires_at: instant('expires_at'),
    /** So many requests in so many seconds; everybody's limit where they are null. */
    rate_limit_requests: integer(),
    rate_limit_seconds: integer(),
    /** Written at most once a minute. */
    last_used_at: instant('last_used_at'),
  },
  (table) => [
    ...tenantRules('api_keys', 'api-keys')(table),
    uniqueIndex('api_keys_digest').on(table.digest),
  ],
);

/** What its owner may choose. */
const chosen = {
  name: Type.String({ minLength: 1, maxLength: 255, examples: ['Nightly export'] }),
  permissions: Permissions,
  expires_at: Nullable(
    Type.String({
      format: 'date-time',
      description: 'Null: never.',
      examples: ['2027-11-20T15:30:00.000Z'],
    }),
  ),
  rate_limit_requests: Nullable(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: 'So many requests in `rate_limit_seconds`; null: as everybody.',
      examples: [100],
    }),
  ),
  rate_limit_seconds: Nullable(
    Type.Integer({
      minimum: 1,
      maximum: 86_400,
      description: 'The time in which `rate_limit_requests` count.',
      examples: [60],
    }),
  ),
};
const enabled = Type.Boolean({ description: 'A key that is switched off is refused.' });

const told = {
  ...tenantFields,
  ...chosen,
  enabled,
  prefix: Type.String({ description: 'The beginning of the key.', examples: ['plinth_4fQ9'] }),
  last_used_at: Nullable(
    Type.String({
      format: 'date-time',
      description: 'To the minute; null where it was not used yet.',
      examples: ['2026-11-20T15:30:00.123Z'],
    }),
  ),
};
export const ApiKey = Resource('ApiKey', told);
export type ApiKey = Static<typeof ApiKey>;
export const ApiKeyPage = Page('ApiKeyPage', ApiKey);

const exampleKey = 'plinth_4fQ9-an-example-and-no-key';

export const NewApiKey = Type.Object(
  {
    ...told,
    key: Type.String({
      description: 'Shown this once, and never again.',
      examples: [exampleKey],
    }),
  },
  { title: 'NewApiKey' },
);

const { name, permissions, ...optional } = chosen;
export const ApiKeyCreate = Input('ApiKeyCreate', {
  name,
  permissions,
  expires_at: Type.Optional(optional.expires_at),
  rate_limit_requests: Type.Optional(optional.rate_limit_requests),
  rate_limit_seconds: Type.Optional(optional.rate_limit_seconds),
  organization_id: Type.Optional(toOrganization),
});
export type ApiKeyCreate = Static<typeof ApiKeyCreate>;

export const ApiKeyUpdate = Change('ApiKeyUpdate', { ...chosen, enabled });
export type ApiKeyUpdate = Static<typeof ApiKeyUpdate>;

export const ApiKeyQuery = Query({
  ...paging,
  ...ofOrganization,
  sort: Sort('created_at', 'updated_at', 'name', 'expires_at', 'last_used_at'),
});
export type ApiKeyQuery = Static<typeof ApiKeyQuery>;

/** So many keys a person may have, and an organization. */
export const maxKeys = 100;

export const ApiKeyNotFound = problem(404, 'api_key_not_found', 'There is no such API key');
export const TooManyApiKeys = problem(
  409,
  'too_many_api_keys',
  `Nobody may have more than ${maxKeys} API keys; delete one first`,
);
export const PermissionTooWide = problem(
  403,
  'permission_too_wide',
  'A key may do no more than its owner',
);

/** What whoever was given a key asks about it, as in Better Auth. */
export const ApiKeyQuestion = Input('ApiKeyQuestion', {
  key: Type.String({ minLength: 1, maxLength: 500, writeOnly: true, examples: [exampleKey] }),
  permissions: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^.{1,64}$' }),
      Type.Array(Type.String({ maxLength: 64 }), { maxItems: 50 }),
      {
        additionalProperties: false,
        maxProperties: 50,
        description: 'What the key must be good for.',
        examples: [{ tasks: ['read'] }],
      },
    ),
  ),
});
export type ApiKeyQuestion = Static<typeof ApiKeyQuestion>;

const refusals = ['INVALID_API_KEY', 'KEY_DISABLED', 'KEY_EXPIRED', 'KEY_NOT_FOUND'] as const;
export type RefusalCode = (typeof refusals)[number];

/** The names are those of Better Auth's API, whose clients read it. */
export const ApiKeyVerdict = Type.Object(
  {
    valid: Type.Boolean({ description: 'Whether it is good for what was asked.' }),
    error: Nullable(
      Type.Object(
        { message: Type.String(), code: Type.Enum(refusals) },
        { description: 'Why it is not; null where it is.' },
      ),
      { examples: [null] },
    ),
    key: Nullable(
      Type.Object({
        id: ApiKey.properties.id,
        name: ApiKey.properties.name,
        start: Type.String({ description: 'The beginning of the key.', examples: ['plinth_4fQ9'] }),
        prefix: Type.String({ description: 'What every key begins with.', examples: ['plinth_'] }),
        userId: ApiKey.properties.owner_id,
        referenceId: Type.String({
          format: 'uuid',
          description: 'The user or the organization whose key it is.',
          examples: ['019a9c5e-04f8-7996-8da7-63b7a969b102'],
        }),
        enabled: Type.Boolean(),
        permissions: Permissions,
        rateLimitEnabled: Type.Boolean({ description: 'Whether it has a limit of its own.' }),
        rateLimitMax: ApiKey.properties.rate_limit_requests,
        rateLimitTimeWindow: Nullable(
          Type.Integer({ description: 'Milliseconds.', examples: [60_000] }),
        ),
        lastRequest: ApiKey.properties.last_used_at,
        expiresAt: ApiKey.properties.expires_at,
        createdAt: ApiKey.properties.created_at,
        updatedAt: ApiKey.properties.updated_at,
        metadata: Type.Null(),
      }),
    ),
  },
  { title: 'ApiKeyVerdict' },
);
export type ApiKeyVerdict = Static<typeof ApiKeyVerdict>;
