/** Two-factor: the verbs that take a password and a code: new recovery codes, and switching it off. */
import { and, eq, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import * as mail from '#features/mail/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { digestOf, newRecoveryCodes } from './codes.ts';
import { switchedOff } from './letters.ts';
import { authenticators, IncorrectCode, recoveryCodes, TwoFactorNotEnabled } from './model.ts';
import { provePassword } from './password.ts';
import { check } from './service.ts';

type Mine = { user_id: string };
type Digests = Mine & { digests: readonly string[] };
type Proof = { readonly password: string; readonly code: string };

const dropCodes = statement('two-factor.dropRecoveryCodes', ({ user_id }: Slots<Mine>) =>
  build.delete(recoveryCodes).where(eq(recoveryCodes.user_id, user_id)),
);

const insertCodes = statement(
  'two-factor.insertRecoveryCodes',
  ({ user_id, digests }: Slots<Digests>) =>
    build.insert(recoveryCodes).select(
      build
        .select({
          user_id: sql`${user_id}::uuid`.as('user_id'),
          digest: sql`digest`.as('digest'),
        })
        .from(sql`unnest(${digests}::text[]) as made (digest)`) as never,
    ),
);

/**
 * Puts new recovery codes in the place of those before. The user's row must be held, so that of two
 * at once the codes of one are good and not those of both.
 */
export async function giveRecoveryCodes(db: Db, user_id: string): Promise<string[]> {
  const codes = newRecoveryCodes();
  await dropCodes(db, { user_id });
  await insertCodes(db, { user_id, digests: codes.map(digestOf) });
  return codes;
}

const isEnabled = ({ user_id, password_hash }: Slots<Mine & { password_hash: string }>) =>
  and(
    eq(users.id, user_id),
    eq(users.password_hash, password_hash), // the one that was proved, should it have changed since
    users.two_factor_enabled,
  );

const hold = statement('two-factor.hold', (slots: Slots<Mine & { password_hash: string }>) =>
  build.select({ email: users.email }).from(users).where(isEnabled(slots)).for('no key update'),
);

/**
 * Makes ten new recovery codes; those before are good no more.
 *
 * @throws NoPassword, WrongPassword, IncorrectCode, TwoFactorNotEnabled, TooManyRequests
 */
export async function renewRecoveryCodes(db: Db, ports: Ports, proof: Proof) {
  const held = await prove(db, ports, proof);
  return db.transaction(async (db) => {
    one(await hold(db, held), TwoFactorNotEnabled);
    const recovery_codes = await giveRecoveryCodes(db, held.user_id);
    await audit.record(db, 'recovery_codes.renewed', { target_id: held.user_id });
    return { recovery_codes };
  });
}

const disable = statement('two-factor.disable', (slots: Slots<Mine & { password_hash: string }>) =>
  build
    .update(users)
    .set({ two_factor_enabled: false })
    .where(isEnabled(slots))
    .returning({ email: users.email }),
);

const dropAuthenticator = statement('two-factor.dropAuthenticator', ({ user_id }: Slots<Mine>) =>
  build.delete(authenticators).where(eq(authenticators.user_id, user_id)),
);

/**
 * Switches two-factor authentication off. The secret and the recovery codes are gone.
 *
 * @throws NoPassword, WrongPassword, IncorrectCode, TwoFactorNotEnabled, TooManyRequests
 */
export async function switchOff(db: Db, ports: Ports, proof: Proof) {
  const held = await prove(db, ports, proof);
  await db.transaction(async (db) => {
    const { email } = one(await disable(db, held), TwoFactorNotEnabled);
    await dropAuthenticator(db, held);
    await dropCodes(db, held);
    await audit.record(db, 'two_factor.disabled', { target_id: held.user_id });
    await mail.send(db, ports, email, switchedOff(ports.settings));
  });
  return { message: 'Two-factor authentication is off' };
}

/** The password first: who does not know it learns nothing of a code, and uses none up. */
async function prove(db: Db, ports: Ports, { password, code }: Proof) {
  const account = await provePassword(db, ports, password);
  const { id: user_id, password_hash, two_factor_enabled } = account;
  if (!two_factor_enabled) throw TwoFactorNotEnabled();
  await check(db, ports, user_id, code, IncorrectCode);
  return { user_id, password_hash };
}
