/** Better Auth's dialect: the verbs of the caller's sessions. */
import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import { sessions as rows } from '#features/sessions/model.ts';
import * as sessions from '#features/sessions/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { SessionNotFound } from './model.ts';
import { personOf } from './service.ts';
import { readSessionToken, sessionTokenPurpose } from './session-token.ts';

/** Nobody has as many devices; a program that signs in for each request has. */
const mostListed = 1_000;

/** A session in the words of the client. */
const device = {
  id: rows.id,
  token: sql<string>`${rows.id}`.as('token'),
  userId: sql<string>`${rows.user_id}`.as('userId'),
  expiresAt: sql<string>`${rows.expires_at}`.as('expiresAt'),
  createdAt: sql<string>`${rows.created_at}`.as('createdAt'),
  updatedAt: sql<string>`${rows.last_used_at}`.as('updatedAt'),
  ipAddress: sql<string>`${rows.address}`.as('ipAddress'),
  userAgent: sql<string | null>`${rows.user_agent}`.as('userAgent'),
};

const isAlive = and(isNull(rows.ended_at), gt(rows.expires_at, sql`now()`));

const select = statement('better-auth.list', ({ user_id }: Slots<{ user_id: string }>) =>
  build
    .select(device)
    .from(rows)
    .where(and(eq(rows.user_id, user_id), isAlive))
    .orderBy(desc(rows.created_at), desc(rows.id))
    .limit(mostListed),
);

/** The caller's sessions that are alive, newest first. */
export const list = (db: Db) => select(db, { user_id: db.principal.userId });

const selectCurrent = statement(
  'better-auth.current',
  ({ id, user_id }: Slots<{ id: string; user_id: string }>) =>
    build
      .select({
        ...device,
        email: users.email,
        full_name: users.full_name,
        is_verified: users.is_verified,
        user_created_at: sql<string>`${users.created_at}`.as('user_created_at'),
        user_updated_at: sql<string>`${users.updated_at}`.as('user_updated_at'),
      })
      .from(rows)
      .innerJoin(users, eq(users.id, rows.user_id))
      .where(and(eq(rows.user_id, user_id), eq(rows.id, id), isAlive)),
);

/**
 * The id of the session that asks, null where none does. On a route for everybody, a token that could
 * not be judged counts as none: while the database is away, nobody is told that they are signed out.
 */
async function askingSession({ principal }: Db, { revocations }: Ports): Promise<string | null> {
  if (!principal.sessionId) await revocations.confirm();
  return principal.sessionId;
}

/** The session that asks and whose it is; null where none does. */
export async function current(db: Db, ports: Ports) {
  const id = await askingSession(db, ports);
  const user_id = db.principal.userId;
  const [row] = id ? await selectCurrent(db, { id, user_id }) : [];
  if (!row) return null;
  const { email, full_name, is_verified, user_created_at, user_updated_at, ...session } = row;
  const user = personOf({
    id: user_id,
    email,
    full_name,
    is_verified,
    created_at: user_created_at,
    updated_at: user_updated_at,
  });
  return { session, user };
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Ends one of the caller's sessions.
 *
 * @param token as the list has it, or the session token itself
 * @throws SessionNotFound: who wants a session dead must not be told it is while it lives
 */
export async function revoke(db: Db, ports: Ports, token: string): Promise<void> {
  const claim = readSessionToken(ports.keyFor(sessionTokenPurpose), token);
  const id = claim?.session_id ?? token;
  if (!uuid.test(id)) throw SessionNotFound();
  await sessions.endOne(db, ports, id);
}

/** Ends the session that asks; without one, there is nothing to do. */
export async function signOut(db: Db, ports: Ports): Promise<void> {
  if (await askingSession(db, ports)) await sessions.logout(db, ports);
}

/** Ends all of them, this one too. */
export const revokeAll = sessions.logoutAll;

/** Ends all but the one that asks. */
export const revokeOthers = sessions.endOthers;
