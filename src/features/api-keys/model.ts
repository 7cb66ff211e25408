/** API keys: what a program signs in with. */
import { boolean, integer, jsonb, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { ownedColumns, ownedIndex } from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';

/** Actions by resource, as Better Auth writes them: `{ "tasks": ["read", "write"] }`. */
export type KeyPermissions = Readonly<Record<string, readonly string[]>>;

export const apiKeys = plinth.table(
  'api_keys',
  {
    ...ownedColumns,
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
  (table) => [...ownedIndex('api_keys')(table), uniqueIndex('api_keys_digest').on(table.digest)],
);
