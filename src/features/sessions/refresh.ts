/** Sessions: the verb of staying signed in. */
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { slidTo, tokensOf } from './life.ts';
import { InvalidRefreshToken, RefreshTokenReused, SessionEnded, sessions } from './model.ts';
import { readRefreshToken, refreshPurpose } from './refresh-token.ts';
import { end } from './service.ts';

/** How long a client may ask again for an answer it lost. */
const retry = sql`interval '60 seconds'`;
const superuser = sql<boolean>`${users.is_superuser}`.as('superuser');

type Rotation = { id: string; generation: number; days: number; address: string };

/** Compare and swap: of any number that present the same token, one finds its generation. */
const rotate = statement(
  'sessions.rotate',
  ({ id, generation, days: life, address }: Slots<Rotation>) =>
    build
      .update(sessions)
      .set({
        generation: sql`${sessions.generation} + 1`,
        refreshed_at: sql`now()`,
        expires_at: slidTo(life),
        address,
      })
      .from(users)
      .where(
        and(
          eq(sessions.id, id),
          eq(sessions.generation, generation),
          isNull(sessions.ended_at),
          gt(sessions.expires_at, sql`now()`),
          eq(users.id, sessions.user_id),
          users.is_active,
        ),
      )
      .returning({ user_id: sessions.user_id, superuser }),
);

const select = statement('sessions.byId', ({ id }: Slots<{ id: string }>) =>
  build
    .select({
      generation: sessions.generation,
      user_id: sessions.user_id,
      superuser,
      alive: sql<boolean>`${sessions.ended_at} is null and ${sessions.expires_at} > now()
        and ${users.is_active}`.as('alive'),
      lately: sql<boolean>`${sessions.refreshed_at} > now() - ${retry}`.as('lately'),
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.user_id))
    .where(eq(sessions.id, id)),
);

/**
 * Exchanges a refresh token for the next one. Who presents the token before the last within a minute,
 * for a lost answer or in another tab, gets the same next one; any other use of an old token ends
 * the session, for one of the two who hold it has stolen it.
 *
 * @throws InvalidRefreshToken, SessionEnded, RefreshTokenReused
 */
export async function refresh(given: Db, ports: Ports, token: string) {
  const db = given.unscoped('a refresh token says itself which session it is of');
  const claim = readRefreshToken(ports.keyFor(refreshPurpose), token);
  if (!claim) throw InvalidRefreshToken();
  const { session_id, generation } = claim;
  const next = generation + 1;
  const life = ports.settings.REFRESH_TOKEN_EXPIRE_DAYS;
  const { address } = db.client;
  const [rotated] = await rotate(db, { id: session_id, generation, days: life, address });
  if (rotated) return tokensOf(ports, { session_id, generation: next, ...rotated });

  const [held] = await select(db, { id: session_id });
  if (!held?.alive) throw SessionEnded();
  const { user_id, superuser } = held;
  if (held.generation === next && held.lately) {
    return tokensOf(ports, { session_id, generation: next, user_id, superuser });
  }
  await db.transaction(async (db) => {
    await end(db, ports, { user_id, id: session_id });
    const told = { outcome: 'failure', actor_id: user_id, target_id: session_id } as const;
    await audit.record(db, 'refresh_token.reused', told);
  });
  throw RefreshTokenReused();
}
