/** Sessions: a device that is signed in, and the refresh token it holds. */
import { index, integer, text, uuid } from 'drizzle-orm/pg-core';
import { Type } from 'typebox';
import { users } from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { personalPolicies } from '#kernel/row-security.ts';
import { Id, Input, Nullable, Page, Timestamp } from '#kernel/schema.ts';

export const sessions = plinth.table(
  'sessions',
  {
    /** The `sid` of its access tokens. */
    id: uuid().primaryKey(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    address: text().notNull(),
    user_agent: text(),
    created_at: instant('created_at').notNull().defaultNow(),
    /** How often its refresh token was exchanged; the token says which one it is. */
    generation: integer().notNull().default(0),
    refreshed_at: instant('refreshed_at').notNull().defaultNow(),
    /** Written at most once a minute. */
    last_used_at: instant('last_used_at').notNull().defaultNow(),
    expires_at: instant('expires_at').notNull(),
    ended_at: instant('ended_at'),
  },
  (table) => [
    index('sessions_user').on(table.user_id, table.created_at, table.id),
    ...personalPolicies('sessions'),
  ],
);

const Session = Type.Object(
  {
    id: Id,
    current: Type.Boolean({ description: 'Whether it is the one that asks.' }),
    browser: Nullable(Type.String()),
    system: Nullable(Type.String()),
    user_agent: Nullable(Type.String()),
    address: Type.String({ description: 'Where it was refreshed last.' }),
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
  },
  { title: 'Session' },
);
export const SessionPage = Page('SessionPage', Session);

/** RFC 6749, section 6. */
export const Refresh = Input('Refresh', {
  refresh_token: Type.String({ minLength: 1, maxLength: 200, writeOnly: true }),
});

export const tokenPair = {
  access_token: Type.String(),
  refresh_token: Type.String(),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer({ description: 'Seconds until the access token expires.' }),
};
export const TokenPair = Type.Object(tokenPair, { title: 'TokenPair' });

export const Ended = Type.Object(
  { ended: Type.Integer({ description: 'How many sessions.' }) },
  { title: 'Ended' },
);

export const InvalidRefreshToken = problem(
  401,
  'invalid_refresh_token',
  'This is no refresh token of ours',
);
export const SessionEnded = problem(401, 'session_ended', 'This session has ended; sign in again');
export const RefreshTokenReused = problem(
  401,
  'refresh_token_reused',
  'This refresh token was used before; the session has been ended',
);
export const SessionRefused = problem(
  401,
  'session_refused',
  'The account changed while you signed in; sign in again',
);
export const SessionNotFound = problem(404, 'session_not_found', 'There is no such session');
