/** Whom a session token speaks for: read once, and remembered while it holds. */
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { sessions } from '#features/sessions/model.ts';
import { slidTo } from '#features/sessions/service.ts';
import { users } from '#features/users/model.ts';
import { build } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Principal, system } from '#kernel/principal.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { remembering } from '#platform/remembering.ts';
import { readSessionToken, type SessionClaim, sessionTokenPurpose } from './session-token.ts';

/** Who holds a session token, and may exchange it for access tokens; who holds one of those may not. */
export type Holder = Principal & { readonly sessionId: string; readonly holdsSession: true };

export const holdsSession = (principal: Principal): principal is Holder =>
  'holdsSession' in principal;

type Remembered = {
  readonly principal: Holder;
  /** When the reading began, by `performance.now()`. */
  readonly readAtMs: number;
};

/**
 * Reads a session that is alive, and of an active account, and keeps it alive as a refresh would: it
 * is read no oftener than access tokens are refreshed, so its owner's use of it is written here too.
 */
const use = statement(
  'better-auth.use',
  ({ session_id, user_id, days: life }: Slots<SessionClaim & { days: number }>) =>
    build
      .update(sessions)
      .set({
        last_used_at: sql`now()`,
        expires_at: slidTo(life),
      })
      .from(users)
      .where(
        and(
          eq(sessions.user_id, user_id),
          eq(sessions.id, session_id),
          isNull(sessions.ended_at),
          gt(sessions.expires_at, sql`now()`),
          eq(users.id, sessions.user_id),
          users.is_active,
        ),
      )
      .returning({
        superuser: sql<boolean>`${users.is_superuser}`.as('superuser'),
        expires_at: sessions.expires_at,
      }),
);

/**
 * Opens the session tokens of this server. One that is remembered costs no statement, nor does a
 * forged one or one whose session just ended; another costs one.
 */
export function openSessionTokens(ports: Ports) {
  const { database, clock, revocations, userPermissions: permissions, settings } = ports;
  const db = database.as(system);
  const key = ports.keyFor(sessionTokenPurpose);
  const life = settings.REFRESH_TOKEN_EXPIRE_DAYS;
  /** By session. */
  const remembered = remembering<Remembered>(clock);

  function verify(token: string): Principal | undefined | Promise<Principal | undefined> {
    const claim = readSessionToken(key, token);
    if (!claim) return undefined;
    const known = remembered.get(claim.session_id);
    if (!known) return read(claim);
    const confirmed = revocations.confirm();
    return confirmed ? confirmed.then(() => recall(claim, known)) : recall(claim, known);
  }

  function recall(claim: SessionClaim, { principal, readAtMs }: Remembered) {
    return revocations.changedSince(readAtMs, claim.user_id)
      ? read(claim)
      : unlessEnded(claim, principal);
  }

  const unlessEnded = ({ session_id }: SessionClaim, principal: Holder) =>
    revocations.has(session_id) ? undefined : principal;

  async function read(claim: SessionClaim) {
    const readAtMs = performance.now();
    remembered.delete(claim.session_id);
    if (revocations.has(claim.session_id)) return undefined;
    const [row] = await use(db, { ...claim, days: life });
    if (!row) return undefined;
    const principal = principalOf(claim, row.superuser);
    remembered.set(claim.session_id, { principal, readAtMs }, Date.parse(row.expires_at));
    return unlessEnded(claim, principal);
  }

  const principalOf = ({ session_id, user_id }: SessionClaim, superuser: boolean) =>
    Object.freeze<Holder>({
      kind: 'user',
      userId: user_id,
      organizationId: null,
      subject: user_id,
      sessionId: session_id,
      holdsSession: true,
      keyId: null,
      superuser,
      permissions,
      limit: null,
    });

  return { verify };
}
