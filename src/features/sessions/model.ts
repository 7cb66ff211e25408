/** Sessions: a device that is signed in, and the refresh token it holds. */
import { index, integer, text, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { users } from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { personalPolicies } from '#kernel/row-security.ts';
import {
  Expiry,
  Id,
  Input,
  Nullable,
  Page,
  paging,
  Query,
  Sort,
  Timestamp,
} from '#kernel/schema.ts';

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
    browser: Nullable(Type.String({ examples: ['Firefox 150'] })),
    system: Nullable(Type.String({ description: 'Of the device.', examples: ['Linux'] })),
    user_agent: Nullable(
      Type.String({
        description: 'What the client calls itself.',
        examples: ['Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0'],
      }),
    ),
    address: Type.String({
      description: 'The IP address where it was refreshed last.',
      examples: ['203.0.113.7'],
    }),
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Expiry,
  },
  { title: 'Session' },
);
/** What may be asked of the list of them. */
export const SessionQuery = Query({
  ...paging,
  sort: Sort('created_at', 'last_used_at', 'expires_at'),
});
export type SessionQuery = Static<typeof SessionQuery>;
export const SessionPage = Page('SessionPage', Session);

/** RFC 6749, section 6. */
export const Refresh = Input('Refresh', {
  refresh_token: Type.String({
    minLength: 1,
    maxLength: 200,
    writeOnly: true,
    examples: ['an-example-of-a-refresh-token'],
  }),
});

export const tokenPair = {
  access_token: Type.String({
    description: 'To be sent as a bearer token; a JWT.',
    examples: ['eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'],
  }),
  refresh_token: Type.String({
    description: 'Good once, for the next pair.',
    examples: ['an-example-of-a-refresh-token'],
  }),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer({
    description: 'Seconds until the access token expires.',
    examples: [900],
  }),
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
  'Have the person sign in again.',
);
export const SessionEnded = problem(
  401,
  'session_ended',
  'This session has ended; sign in again',
  'Have the person sign in again.',
);
export const RefreshTokenReused = problem(
  401,
  'refresh_token_reused',
  'This refresh token was used before; the session has been ended',
  'Have the person sign in again: somebody else may have had the token.',
);
export const SessionRefused = problem(
  401,
  'session_refused',
  'The account changed while you signed in; sign in again',
  'Have the person sign in again.',
);
export const SessionNotFound = problem(404, 'session_not_found', 'There is no such session');
