/** Sessions: asking the database itself whether who asks may still act. */
import { and, eq, exists, isNull, sql } from 'drizzle-orm';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { Forbidden, one, Unauthenticated } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { sessions } from './model.ts';

type Asked = {
  user_id: string;
  session_id?: string | undefined;
  /** Of a key that we made. */
  key_id?: string | undefined;
  /** Present where only a superuser may. */
  superuser?: true | undefined;
};

const select = statement(
  'sessions.actor',
  ({ user_id, session_id, key_id, superuser }: Slots<Asked>) => {
    const alive =
      session_id &&
      build
        .select({ id: sessions.id })
        .from(sessions)
        .where(and(eq(sessions.id, session_id), isNull(sessions.ended_at)));
    // By its name: the feature of API keys stands below.
    const good =
      key_id &&
      sql`exists (select from "plinth"."api_keys" where id = ${key_id} and enabled
      and (expires_at is null or expires_at > now()))`;
    return build
      .select({ id: users.id })
      .from(users)
      .where(
        and(
          eq(users.id, user_id),
          users.is_active,
          superuser && users.is_superuser,
          alive && exists(alive),
          good,
        ),
      );
  },
);

/**
 * Asks anew whether who asks may still act: a request that was let in may have waited for the very
 * transaction that ended its session or deleted its key. To be called in the transaction of the change,
 * once the rows are held that it is about.
 *
 * @param superuser whether it takes one, in person or by a key
 * @throws Unauthenticated where the session ended, the key is no good any more, or the account was
 * switched off or lost its role
 */
export async function confirmCaller(db: Db, superuser = db.principal.superuser): Promise<void> {
  const { kind, userId: user_id, subject, sessionId, keyId } = db.principal;
  if (kind === 'system') return;
  const asked: Asked = { user_id, session_id: sessionId ?? undefined };
  if (keyId && subject === user_id) asked.key_id = keyId; // of another issuer it has another subject
  if (superuser) asked.superuser = true;
  one(await select(db, asked), Unauthenticated);
}

/** @throws Forbidden to who is signed in elsewhere only: another issuer's word ends with its token */
export function refuseElsewhere({ principal: { kind, sessionId } }: Db): void {
  if (kind === 'user' && !sessionId) throw Forbidden('It takes a session of this server');
}

/** As `confirmCaller`, where what is done outlasts the session of a person: `refuseElsewhere`. */
export async function confirmActor(db: Db, superuser = db.principal.superuser): Promise<void> {
  refuseElsewhere(db);
  await confirmCaller(db, superuser);
}
