/** Sessions: the verb of signing a device in, and of telling the owner of one that is new. */
import { and, desc, eq, exists, gt, not, or, type SQL, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import * as mail from '#features/mail/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { isAlike, kindOf } from './device.ts';
import { newDeviceLetter } from './letters.ts';
import { days, tokensOf } from './life.ts';
import { SessionRefused, sessions } from './model.ts';

type NewSession = Pick<typeof sessions.$inferSelect, 'id' | 'user_id' | 'address' | 'user_agent'> &
  audit.Teller & {
    days: number;
    password_hash: string | undefined;
    two_factor_enabled: boolean | undefined;
    /** Present where it is to be opened only if that is surely no news to the owner. */
    is_quiet?: true;
  };

/** A device is remembered for so long after its last session was used. */
export const memory = sql`interval '90 days'`;
/** So many sessions are looked back at. */
const lookBack = 200;

const isOf = (user_id: SQL) =>
  and(eq(sessions.user_id, user_id), gt(sessions.last_used_at, sql`now() - ${memory}`));
const isYoung = gt(users.created_at, sql`now() - interval '1 day'`);

/** Whether the very same browser was signed in, or this is how a new account begins. */
const isNoNews = ({ user_id, user_agent }: Record<'user_id' | 'user_agent', SQL>) => {
  const before = build.select({ id: sessions.id }).from(sessions).where(isOf(user_id));
  const isSame = sql`${sessions.user_agent} is not distinct from ${user_agent}`;
  const same = build
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(isOf(user_id), isSame));
  return or(exists(same), and(isYoung, not(exists(before))));
};

/** The browsers that were signed in lately, each once. */
const seenBy = (user_id: SQL) => {
  const lately = build
    .select({ user_agent: sessions.user_agent })
    .from(sessions)
    .where(isOf(user_id))
    .orderBy(desc(sessions.created_at))
    .limit(lookBack);
  return sql<(string | null)[]>`array(select distinct user_agent from (${lately}) lately)`;
};

/**
 * A session, and the line that tells of it. The owner's row is held until it is there: who switches an
 * account off, or changes its password, waits for the sessions that were being opened, and ends them
 * with the others.
 */
const insert = statement(
  'sessions.insert',
  ({ days: life, password_hash, two_factor_enabled, is_quiet, ...given }: Slots<NewSession>) => {
    const { id, user_id, address, user_agent, ...teller } = given;
    const owner = build.$with('owner').as(
      build
        .select({
          id: users.id,
          is_superuser: users.is_superuser,
          email: users.email,
          is_young: sql<boolean>`${isYoung}`.as('is_young'),
        })
        .from(users)
        .where(
          and(
            eq(users.id, user_id),
            users.is_active,
            password_hash && eq(users.password_hash, password_hash),
            two_factor_enabled && eq(users.two_factor_enabled, two_factor_enabled),
            is_quiet && isNoNews(given),
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
      .select({
        superuser: sql<boolean>`${owner.is_superuser}`.as('superuser'),
        email: owner.email,
        is_young: owner.is_young,
        seen: (is_quiet ? sql<null>`null` : seenBy(user_id)).as('seen'),
      })
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
  const [known] = await insert(door, { ...row, is_quiet: true });
  const { superuser } = known ?? (await openAndTell(door, ports, row));
  const tokens = await tokensOf(ports, { session_id, generation: 0, user_id, superuser });
  return { ...tokens, session_id };
}

/** Opens it all the same, and writes to the owner where nobody signed in like that lately. */
const openAndTell = (db: Db, ports: Ports, row: NewSession) =>
  db.transaction(async (db) => {
    const opened = one(await insert(db, row), SessionRefused);
    const { email, is_young, seen } = opened;
    const { user_agent, address } = row;
    const isFirst = is_young && seen?.length === 0;
    if (isFirst || seen?.some((other) => isAlike(other, user_agent))) return opened;
    const at = new Date(ports.clock.now());
    const letter = newDeviceLetter(ports.settings, { ...kindOf(user_agent), address, at });
    if (await mail.mayGet(db, email, letter)) await mail.send(db, ports, email, letter);
    return opened;
  });
