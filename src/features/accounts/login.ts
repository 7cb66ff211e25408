/** Accounts: the verb of signing in. */
import { desc, eq } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { sessions as sessionRows } from '#features/sessions/model.ts';
import * as sessions from '#features/sessions/service.ts';
import * as twoFactor from '#features/two-factor/service.ts';
import { canonicalEmail, users as userRows } from '#features/users/model.ts';
import * as users from '#features/users/service.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { Problem, type ProblemKind, TooManyRequests } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { hashPassword, isOutdated, verifyPassword } from '#platform/crypto/password.ts';
import { networkOf } from '#platform/limits/address.ts';
import { type Login, UserInactive, WrongCredentials } from './model.ts';

/** So many sessions are looked back at. */
const lookBack = 200;

const selectAddresses = statement('accounts.addresses', ({ email }: Slots<{ email: string }>) =>
  build
    .select({ address: sessionRows.address })
    .from(sessionRows)
    .innerJoin(userRows, eq(userRows.id, sessionRows.user_id))
    .where(eq(userRows.email, email))
    .orderBy(desc(sessionRows.created_at))
    .limit(lookBack),
);

/** Whether the account was signed in to from the network that asks. */
async function wasSeenHere(db: Db, email: string): Promise<boolean> {
  const here = networkOf(db.client.address);
  const door = db.unscoped('guessing is slowed down before anybody is signed in');
  const seen = await selectAddresses(door, { email: canonicalEmail(email) });
  return seen.some(({ address }) => networkOf(address) === here);
}

/**
 * Signs in: a session for the device and its first tokens. Takes the same time and says the
 * same whether or not there is such an account.
 *
 * @param refusal what to throw for a wrong e-mail or password
 * @throws UserInactive, TwoFactorRequired, WrongCode: to who knows the password
 * @throws SessionRefused where the account changed meanwhile
 * @throws TooManyRequests to who guesses
 */
export async function login(
  db: Db,
  ports: Ports,
  { email, password, code }: Login,
  refusal: ProblemKind = WrongCredentials,
) {
  const { address } = db.client;
  const attempt = { account: email, address, isKnown: () => wasSeenHere(db, email) };
  return ports.attempts.run(attempt, async () => {
    const { found, isProved } = await prove(db, email, password);
    try {
      if (!found || !isProved) throw refusal();
      if (!found.is_active) throw UserInactive();
      if (found.two_factor_enabled) await twoFactor.check(db, ports, found.id, code);
    } catch (error) {
      await recordRefusal(db, found?.id, error);
      throw error;
    }
    const { password_hash, ...user } = found;
    const { id: user_id, two_factor_enabled } = user;
    const proved = { password_hash: password_hash ?? undefined, two_factor_enabled };
    const tokens = await sessions.open(db, ports, { user_id, ...proved });
    return { ...tokens, user };
  });
}

/**
 * Tells a password by its hash. One that is not as we would make it today is made anew; where another
 * request did so just before, or changed the password, it is told by that one.
 */
async function prove(
  db: Db,
  email: string,
  password: string,
): Promise<{ found: Awaited<ReturnType<typeof users.findByEmail>>; isProved: boolean }> {
  const found = await users.findByEmail(db, email);
  const old_hash = found?.password_hash;
  const isProved = await verifyPassword(old_hash, password);
  if (!found?.is_active || !old_hash || !isProved || !isOutdated(old_hash)) {
    return { found, isProved };
  }
  const password_hash = await hashPassword(password);
  const renewed = await users.change(db, { id: found.id, old_hash, password_hash });
  return renewed ? { found: { ...renewed, password_hash }, isProved } : prove(db, email, password);
}

/**
 * Also where there is no such account: a row less would be a time less. Not for who comes too often,
 * or a flood would fill the table.
 */
async function recordRefusal(db: Db, target_id: string | undefined, error: unknown) {
  if (!(error instanceof Problem) || error.kind === TooManyRequests) return;
  const detail = { reason: error.kind.code };
  await audit.record(db, 'session.refused', { outcome: 'failure', target_id, detail });
}
