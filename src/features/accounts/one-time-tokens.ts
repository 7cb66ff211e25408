/**
 * One-time tokens: what a link in a letter carries. Only a hash is kept, each is good for one purpose
 * and once. Everybody who writes them holds the account's row before, so that none wait in a circle.
 */
import { and, desc, eq, gt, lte, type SQL, sql } from 'drizzle-orm';
import { digestOf } from '#features/mail/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { forgetting } from '#platform/db/forget.ts';
import { InvalidToken, oneTimeTokens, type Purpose } from './model.ts';

/** The sixth takes the place of the oldest: asking again breaks no link that is in use, nor fills the table. */
const mostAlive = 5;

/** The letter is what says whose account it is about. */
const byLetter = (db: Db) => db.unscoped('a link is for whoever holds the letter');

const alive = gt(oneTimeTokens.expires_at, sql`now()`);

export type Order = {
  readonly purpose: Purpose;
  readonly user_id: string;
  /** Where it is sent. */
  readonly email: string;
  /** So long it is good. */
  readonly hours: number;
};
type Row = Order & { digest: string };

/** Forgets the oldest, and adds one. */
const insert = statement(
  'accounts.issueToken',
  ({ digest, purpose, user_id, email, hours }: Slots<Row>) => {
    const ofTheSame = and(eq(oneTimeTokens.user_id, user_id), eq(oneTimeTokens.purpose, purpose));
    const kept = build
      .select({ digest: oneTimeTokens.digest })
      .from(oneTimeTokens)
      .where(and(ofTheSame, alive))
      .orderBy(desc(oneTimeTokens.created_at))
      .limit(mostAlive - 1);
    const forgotten = build.$with('forgotten').as(
      build
        .delete(oneTimeTokens)
        .where(and(ofTheSame, sql`${oneTimeTokens.digest} not in (${kept})`))
        .returning({ digest: oneTimeTokens.digest }),
    );
    return build
      .with(forgotten)
      .insert(oneTimeTokens)
      .values({
        digest,
        purpose: sql`${purpose}` as never,
        user_id,
        email,
        expires_at: sql`now() + ${hours} * interval '1 hour'`,
      });
  },
);

/** Makes a token good. The account's row must be held. */
export const keep = async (db: Db, order: Order, token: string): Promise<void> =>
  void (await insert(byLetter(db), { ...order, digest: digestOf(token) }));

type Which = { digest: string; purpose: Purpose };
const isThis = ({ digest, purpose }: Slots<Which>): SQL | undefined =>
  and(eq(oneTimeTokens.digest, digest), eq(oneTimeTokens.purpose, purpose), alive);

const select = statement('accounts.readToken', (which: Slots<Which>) =>
  build
    .select({
      user_id: oneTimeTokens.user_id,
      email: oneTimeTokens.email,
      current_email: sql<string>`${users.email}`.as('current_email'),
      full_name: users.full_name,
      is_verified: users.is_verified,
    })
    .from(oneTimeTokens)
    .innerJoin(users, and(eq(users.id, oneTimeTokens.user_id), users.is_active))
    .where(isThis(which)),
);

/**
 * Whose a token is, and where it was sent, while it is good.
 *
 * @throws InvalidToken
 */
export const read = async (db: Db, purpose: Purpose, token: string) =>
  one(await select(byLetter(db), { purpose, digest: digestOf(token) }), InvalidToken);

const drop = statement('accounts.consumeToken', (which: Slots<Which>) => {
  const used = build
    .select({ user_id: oneTimeTokens.user_id })
    .from(oneTimeTokens)
    .where(isThis(which));
  return build
    .delete(oneTimeTokens)
    .where(and(eq(oneTimeTokens.user_id, sql`(${used})`), eq(oneTimeTokens.purpose, which.purpose)))
    .returning({ user_id: oneTimeTokens.user_id });
});

/**
 * Uses a token up, and with it the others of the same account and purpose. Call it in the transaction
 * of what it allows: of two who bring one token, one gets it.
 *
 * @throws InvalidToken
 */
export async function consume(db: Db, purpose: Purpose, token: string): Promise<void> {
  one(await drop(byLetter(db), { purpose, digest: digestOf(token) }), InvalidToken);
}

const dropAll = statement(
  'accounts.revokeTokens',
  ({ user_id, purposes }: Slots<{ user_id: string; purposes: readonly Purpose[] }>) =>
    build
      .delete(oneTimeTokens)
      .where(
        and(
          eq(oneTimeTokens.user_id, user_id),
          eq(oneTimeTokens.purpose, sql`any(${purposes}::text[])`),
        ),
      )
      .returning({ user_id: oneTimeTokens.user_id }),
);

/** Makes the links of these purposes worthless that an account was sent. */
export async function revoke(db: Db, user_id: string, purposes: readonly Purpose[]): Promise<void> {
  await dropAll(byLetter(db), { user_id, purposes });
}

const forget = forgetting(
  'accounts.forgetTokens',
  { table: oneTimeTokens, key: oneTimeTokens.digest },
  () => lte(oneTimeTokens.expires_at, sql`now()`),
);

/** Removes the tokens that are too old to be used. @returns how many that were */
export const forgetTokens = (db: Db, signal?: AbortSignal): Promise<number> =>
  forget(db, {}, signal);
