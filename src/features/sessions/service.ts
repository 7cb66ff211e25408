/** Sessions: the verbs of ending them. */
import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { again, revocations, told } from '#features/tokens/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { SessionNotFound, sessions } from './model.ts';

export { confirmActor, confirmCaller, refuseElsewhere } from './actor.ts';
export { forgetSessions } from './forget.ts';
export { slidTo } from './life.ts';
export { open } from './opening.ts';

type Which = { user_id: string; id?: string; except?: string };
type Ending = Omit<Which, 'user_id'> & { user_ids: readonly string[] };

/** Ends sessions and tells every process, in one statement. */
const finish = statement('sessions.end', ({ user_ids, id, except }: Slots<Ending>) => {
  const ended = build.$with('ended').as(
    build
      .update(sessions)
      .set({ ended_at: sql`now()` })
      .where(
        and(
          eq(sessions.user_id, sql`any(${user_ids}::uuid[])`),
          isNull(sessions.ended_at),
          id && eq(sessions.id, id),
          except && ne(sessions.id, except),
        ),
      )
      .returning({ id: sessions.id }),
  );
  const noted = build
    .select({
      subject_id: ended.id,
      transaction_id: sql`pg_current_xact_id()`.as('transaction_id'),
      revoked_at: sql`now()`.as('revoked_at'),
    })
    .from(ended);
  return build
    .with(ended)
    .insert(revocations)
    .select(noted as never)
    .onConflictDoUpdate(again as never)
    .returning({ session_id: sql<string>`${revocations.subject_id}`.as('session_id'), told });
});

/**
 * Ends sessions of a user: one, all, or all others. No token of them is believed any more, here at
 * once and at every other process within a moment.
 *
 * @returns how many were ended
 */
export const end = (db: Db, ports: Ports, { user_id, ...which }: Which): Promise<number> =>
  endAll(db, ports, { user_ids: [user_id], ...which });

/** Ends every session of these users, as `end` does for one. */
export const endOf = (db: Db, ports: Ports, user_ids: readonly string[]): Promise<number> =>
  endAll(db, ports, { user_ids });

async function endAll(db: Db, { revocations: known }: Ports, which: Ending): Promise<number> {
  const ended = (await finish(db, which)) as { session_id: string }[];
  db.afterCommit(() => known.add(ended.map(({ session_id }) => session_id)));
  return ended.length;
}

/** Ends sessions of the caller, and tells of it where there were any. */
const endMine = (db: Db, ports: Ports, which: Omit<Which, 'user_id'>): Promise<number> =>
  db.transaction(async (db) => {
    const ended = await end(db, ports, { user_id: db.principal.userId, ...which });
    const told = { target_id: which.id, detail: { ended } };
    if (ended > 0) await audit.record(db, 'session.ended', told);
    return ended;
  });

/** Tokens of other issuers have no session here; then there is none to end, and none to keep. */
const mySession = ({ principal }: Db) => principal.sessionId ?? newId();

/** Ends the session that asks. */
export const logout = (db: Db, ports: Ports) => endMine(db, ports, { id: mySession(db) });

/** Ends every session of the caller, this one too. */
export const logoutAll = (db: Db, ports: Ports) => endMine(db, ports, {});

/** Ends every session of the caller but the one that asks. */
export const endOthers = (db: Db, ports: Ports) => endMine(db, ports, { except: mySession(db) });

/** @throws SessionNotFound */
export async function endOne(db: Db, ports: Ports, id: string): Promise<void> {
  if ((await endMine(db, ports, { id })) === 0) throw SessionNotFound();
}
