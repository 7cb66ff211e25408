/** Sessions: the verbs of signing a device in, and of ending that. */
import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { again, revocations, told } from '#features/tokens/model.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { SessionNotFound, SessionRefused, sessions } from './model.ts';
import { makeRefreshToken, refreshPurpose } from './refresh-token.ts';

export { confirmActor, confirmCaller, refuseElsewhere } from './actor.ts';

type NewSession = Pick<typeof sessions.$inferInsert, 'id' | 'user_id' | 'address' | 'user_agent'> &
  audit.Teller & {
    days: number;
    password_hash: string | undefined;
    two_factor_enabled: boolean | undefined;
  };
const days = (count: unknown) => sql`now() + ${count} * interval '1 day'`;

/**
 * Until when a session lives that is used now: so many days, and thirty at most after it began,
 * however often it is used.
 */
export const slidTo = (life: unknown) =>
  sql`least(${days(life)}, ${sessions.created_at} + interval '30 days')`;

/**
 * A session, and the line that tells of it. The owner's row is held until it is there: who switches an
 * account off, or changes its password, waits for the sessions that were being opened, and ends them
 * with the others.
 */
const insert = statement(
  'sessions.insert',
  ({ days: life, password_hash, two_factor_enabled, ...given }: Slots<NewSession>) => {
    const { id, user_id, address, user_agent, ...teller } = given;
    const owner = build.$with('owner').as(
      build
        .select({ id: users.id, is_superuser: users.is_superuser })
        .from(users)
        .where(
          and(
            eq(users.id, user_id),
            users.is_active,
            password_hash && eq(users.password_hash, password_hash),
            two_factor_enabled && eq(users.two_factor_enabled, two_factor_enabled),
          ),
        )
        .for('share'),
    );
    const now = (column: string) => sql`now()`.as(column);
    // Every column, in the order of the table: the builder takes no fewer.
    const row = build
      .select({
        id: sql`${id}::uuid`.as('id'),
        user_id: owner.id,
        address: sql`${address}::text`.as('address'),
        user_agent: sql`${user_agent}::text`.as('user_agent'),
        created_at: now('created_at'),
        generation: sql`0`.as('generation'),
        refreshed_at: now('refreshed_at'),
        last_used_at: now('last_used_at'),
        expires_at: days(life).as('expires_at'),
        ended_at: sql`null::timestamptz`.as('ended_at'),
      })
      .from(owner);
    const opened = build.$with('opened').as(
      build
        .insert(sessions)
        .select(row as never)
        .returning({
          actor_id: sql`${sessions.user_id}`.as('actor_id'),
          target_id: sql`${sessions.id}`.as('target_id'),
        }),
    );
    const told = build.$with('told').as(audit.entryOf(opened, 'session.opened', teller));
    return build
      .with(owner, opened, told)
      .select({ superuser: sql<boolean>`${owner.is_superuser}`.as('superuser') })
      .from(owner)
      .innerJoin(opened, eq(opened.actor_id, owner.id));
  },
);

type Opening = {
  readonly user_id: string;
  /** Against which the password was proved; should it have changed since, no session is opened. */
  readonly password_hash?: string | undefined;
  /** Whether a code was asked for; should that have changed since, no session is opened either. */
  readonly two_factor_enabled?: boolean | undefined;
};

/**
 * Signs a device in: a session, its first access token and its first refresh token. Not to be called in
 * a transaction: signing a token may wait for another connection.
 *
 * @throws SessionRefused where the account was switched off or got another password meanwhile
 */
export async function open(db: Db, ports: Ports, { user_id, ...proved }: Opening) {
  const session_id = newId();
  const { address, userAgent: user_agent } = db.client;
  const life = ports.settings.REFRESH_TOKEN_EXPIRE_DAYS;
  const { password_hash, two_factor_enabled } = proved;
  const device = { id: session_id, user_id, address, user_agent, days: life };
  const row = { ...device, password_hash, two_factor_enabled, ...audit.teller(db) };
  const door = db.unscoped('a session is opened before anybody is signed in');
  const { superuser } = one(await insert(door, row), SessionRefused);
  const tokens = await tokensOf(ports, { session_id, generation: 0, user_id, superuser });
  return { ...tokens, session_id };
}

export type Held = {
  readonly user_id: string;
  readonly superuser: boolean;
  readonly session_id: string;
  readonly generation: number;
};

/** The tokens a device holds at this generation of its session. */
export const tokensOf = async ({ tokens, keyFor }: Ports, { generation, ...subject }: Held) => ({
  ...(await tokens.issue(subject)),
  refresh_token: makeRefreshToken(keyFor(refreshPurpose), {
    session_id: subject.session_id,
    generation,
  }),
});

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
