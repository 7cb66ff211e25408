/** Sessions: the verbs of signing a device in, and of ending that. */
import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import { revocationChannel, revocations } from '#features/tokens/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';
import type { Client } from '#kernel/route.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { SessionNotFound, sessions } from './model.ts';
import { makeRefreshToken } from './refresh-token.ts';

type NewSession = Pick<
  typeof sessions.$inferInsert,
  'id' | 'user_id' | 'address' | 'user_agent'
> & {
  days: number;
};
/** Until when a session lives that is used now. */
export const days = (count: unknown) => sql`now() + ${count} * interval '1 day'`;

const insert = statement('sessions.insert', ({ days: life, ...row }: Slots<NewSession>) =>
  build
    .insert(sessions)
    .values({ ...row, expires_at: days(life) } as never)
    .returning({ id: sessions.id }),
);

type Opened = { readonly user_id: string; readonly superuser: boolean };

/** Signs a device in: a session, its first access token and its first refresh token. */
export async function open(db: Db, ports: Ports, client: Client, { user_id, superuser }: Opened) {
  const session_id = newId();
  const { address, userAgent: user_agent } = client;
  const life = ports.settings.REFRESH_TOKEN_EXPIRE_DAYS;
  await insert(db, { id: session_id, user_id, address, user_agent, days: life });
  return tokensOf(ports, { session_id, generation: 0, user_id, superuser });
}

export type Held = Opened & { readonly session_id: string; readonly generation: number };

/** The tokens a device holds at this generation of its session. */
export const tokensOf = async (
  { tokens, refreshKey }: Ports,
  { generation, ...subject }: Held,
) => ({
  ...(await tokens.issue(subject)),
  refresh_token: makeRefreshToken(refreshKey, { session_id: subject.session_id, generation }),
});

type Which = { user_id: string; id?: string; except?: string };

/** Ends sessions and tells every process, in one statement. */
const finish = statement('sessions.end', ({ user_id, id, except }: Slots<Which>) => {
  const ended = build.$with('ended').as(
    build
      .update(sessions)
      .set({ ended_at: sql`now()` })
      .where(
        and(
          eq(sessions.user_id, user_id),
          isNull(sessions.ended_at),
          id && eq(sessions.id, id),
          except && ne(sessions.id, except),
        ),
      )
      .returning({ id: sessions.id }),
  );
  const noted = build
    .select({
      session_id: ended.id,
      transaction_id: sql`pg_current_xact_id()`.as('transaction_id'),
      revoked_at: sql`now()`.as('revoked_at'),
    })
    .from(ended);
  return build
    .with(ended)
    .insert(revocations)
    .select(noted as never)
    .onConflictDoNothing()
    .returning({
      session_id: revocations.session_id,
      told: sql`pg_notify(${sql.raw(`'${revocationChannel}'`)}, ${revocations.session_id}::text)::text`,
    });
});

/**
 * Ends sessions of a user: one, all, or all others. No token of them is believed any more, here at
 * once and at every other process within a moment.
 *
 * @returns how many were ended
 */
export async function end(db: Db, { revocations: known }: Ports, which: Which): Promise<number> {
  const ended = (await finish(db, which)) as { session_id: string }[];
  known.add(ended.map(({ session_id }) => session_id));
  return ended.length;
}

const me = (db: Db) => ({ user_id: db.principal.userId });
/** Tokens of other issuers have no session here; then there is none to end, and none to keep. */
const mySession = ({ principal }: Db) => principal.sessionId ?? newId();

/** Ends the session that asks. */
export const logout = (db: Db, ports: Ports) => end(db, ports, { ...me(db), id: mySession(db) });

/** Ends every session of the caller, this one too. */
export const logoutAll = (db: Db, ports: Ports) => end(db, ports, me(db));

/** Ends every session of the caller but the one that asks. */
export const endOthers = (db: Db, ports: Ports) =>
  end(db, ports, { ...me(db), except: mySession(db) });

/** @throws SessionNotFound */
export async function endOne(db: Db, ports: Ports, id: string): Promise<void> {
  if ((await end(db, ports, { ...me(db), id })) === 0) throw SessionNotFound();
}
