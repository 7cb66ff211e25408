/** Users: the account a person has, and what others may know of it. */
import { sql } from 'drizzle-orm';
import { boolean, index, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { editions, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { Id, Nullable, Resource, Timestamp } from '#kernel/schema.ts';

export const users = plinth.table(
  'users',
  {
    id: uuid().primaryKey(),
    /** Lower case, so that comparing is plain equality. */
    email: text().notNull(),
    full_name: text(),
    /** Null for accounts that sign in elsewhere. */
    password_hash: text(),
    is_active: boolean().notNull().default(true),
    is_superuser: boolean().notNull().default(false),
    is_verified: boolean().notNull().default(false),
    /** Kept beside the account, so that signing in asks one row. */
    two_factor_enabled: boolean().notNull().default(false),
    ...editions('users'),
  },
  (table) => [
    uniqueIndex('users_email').on(table.email),
    index('users_created').on(table.created_at, table.id),
    index('users_superusers').on(table.id).where(sql`is_superuser`),
  ],
);

export const Email = Type.String({
  format: 'email',
  maxLength: 254,
  examples: ['ada@example.com'],
});
export const FullName = Nullable(
  Type.String({ minLength: 1, maxLength: 255, examples: ['Ada Lovelace'] }),
);
export const NewPassword = Type.String({
  minLength: 8,
  maxLength: 128,
  writeOnly: true,
  description: 'Not one that is guessed soon.',
  examples: ['weaves algebraic patterns'],
});
/** Old passwords may be shorter than new ones must be; the bound keeps hashing cheap. */
export const Password = Type.String({
  minLength: 1,
  maxLength: 128,
  writeOnly: true,
  examples: ['loom and jacquard cards'],
});

export const User = Resource('User', {
  id: Id,
  email: Email,
  full_name: FullName,
  is_active: Type.Boolean({ description: 'Whether the account may sign in.' }),
  is_superuser: Type.Boolean({ description: 'Whether it may do everything.', examples: [false] }),
  is_verified: Type.Boolean({ description: 'Whether the e-mail address was confirmed.' }),
  two_factor_enabled: Type.Boolean({ description: 'Whether signing in takes a code as well.' }),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type User = Static<typeof User>;

export const EmailTaken = problem(
  409,
  'email_taken',
  'There is an account with this e-mail',
  'Sign in instead, or use another address.',
);
export const UserNotFound = problem(404, 'user_not_found', 'There is no such user');
export const WeakPassword = problem(
  422,
  'weak_password',
  'This password will not do',
  'Ask for another one; `detail` says why.',
);

/** One spelling for comparing: e-mail addresses differ by more than case nowhere that matters. */
export const canonicalEmail = (email: string) => email.normalize('NFC').toLowerCase();
