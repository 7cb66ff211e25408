/** Sessions: asking the database itself whether who asks may still act. */
import { and, eq, exists, isNull } from 'drizzle-orm';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { Forbidden, one, Unauthenticated } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { sessions } from './model.ts';

type Asked = {
  user_id: string;
  session_id?: string | undefined;
  /** Present where only a superuser may. */
  superuser?: true | undefined;
};

const select = statement('sessions.actor', ({ user_id, session_id, superuser }: Slots<Asked>) => {
  const alive =
    session_id &&
    build
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.id, session_id), isNull(sessions.ended_at)));
  return build
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        eq(users.id, user_id),
        users.is_active,
        superuser && users.is_superuser,
        alive && exists(alive),
      ),
    );
});

/**
 * Asks anew whether who asks may still act, where what they do outlasts their session: a request that
 * was let in may have waited for the very transaction that ended it. To be called in the transaction of
 * the change, once the rows are held that it is about.
 *
 * @param superuser whether it takes one, in person or by a key
 * @throws Unauthenticated where the session ended, or the account was switched off or lost its role
 * @throws Forbidden to who is signed in elsewhere only: another issuer's word ends with its token
 */
export async function confirmActor(db: Db, superuser = false): Promise<void> {
  const { kind, userId: user_id, sessionId } = db.principal;
  if (kind === 'system') return;
  if (kind === 'user' && !sessionId) throw Forbidden('It takes a session of this server');
  const asked = { user_id, session_id: sessionId ?? undefined };
  const rows = await select(db, { ...asked, ...(superuser && { superuser: true as const }) });
  one(rows, Unauthenticated);
}
