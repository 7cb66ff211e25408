/** Accounts: the verbs of getting in again without the password. */
import * as apiKeys from '#features/api-keys/service.ts';
import * as audit from '#features/audit/service.ts';
import { newToken } from '#features/mail/service.ts';
import * as sessions from '#features/sessions/service.ts';
import * as users from '#features/users/service.ts';
import type { Db } from '#kernel/db.ts';
import type { Letter } from '#kernel/letter.ts';
import type { Ports } from '#kernel/ports.ts';
import { inEvenTime } from './even-time.ts';
import { resetLetterOf } from './letters.ts';
import { InvalidToken, type PasswordReset, UserNotFound } from './model.ts';
import { consume, keep, read } from './one-time-tokens.ts';
import { afterNewPassword } from './password.ts';
import { sendLink } from './sending.ts';

const purpose = 'reset_password';

/** What a token for this account is to be; undefined where it has no password to set. */
async function orderFor(db: Db, { settings }: Ports, address: string) {
  const found = await users.holdByEmail(db, address);
  if (!found?.password_hash) return undefined;
  const hours = settings.EMAIL_RESET_TOKEN_EXPIRE_HOURS;
  return { purpose, user_id: found.id, email: found.email, hours } as const;
}

const recordRequest = (db: Db, target_id: string) =>
  audit.record(db, 'password.reset_requested', { target_id });

/**
 * Sends a link that sets a new password, where there is an active account with a password; neither
 * the answer nor its time tells whether.
 */
export const requestPasswordReset = (db: Db, ports: Ports, address: string): Promise<void> =>
  inEvenTime(
    db.transaction(async (db) => {
      const order = await orderFor(db, ports, address);
      if (order && (await sendLink(db, ports, order, resetLetterOf))) {
        await recordRequest(db, order.user_id);
      }
    }),
  );

/**
 * The letter `requestPasswordReset` would send, with a link that works, for a superuser to pass on.
 *
 * @throws UserNotFound where there is no active account with a password
 */
export const resetLetter = (
  db: Db,
  ports: Ports,
  address: string,
): Promise<{ recipient: string; letter: Letter }> =>
  db.transaction(async (db) => {
    const order = await orderFor(db, ports, address);
    if (!order) throw UserNotFound();
    await sessions.confirmActor(db, true);
    const token = newToken();
    await keep(db, order, token);
    await recordRequest(db, order.user_id);
    return { recipient: order.email, letter: resetLetterOf(ports.settings, token) };
  });

/**
 * Sets a new password by the link of a letter, which proves the address too. Every session ends.
 *
 * @throws InvalidToken, WeakPassword, which leaves the link good
 */
export async function resetPassword(
  db: Db,
  ports: Ports,
  { token, new_password }: PasswordReset,
): Promise<void> {
  const { user_id: id, email: old_email, full_name, is_verified } = await read(db, purpose, token);
  const owned = [old_email, full_name];
  const password_hash = await users.hashNewPassword(new_password, owned, 'new_password');
  const door = db.unscoped('whoever holds the letter acts for the account');
  await door.transaction(async (db) => {
    const set = await users.change(db, { id, old_email, password_hash, is_verified: true });
    if (!set) throw InvalidToken();
    await consume(db, purpose, token);
    await sessions.end(db, ports, { user_id: id });
    // Nobody had proved the address before: whoever made the account may be somebody else, whose keys
    // a new password does not close.
    if (!is_verified) await apiKeys.removeAll(db, ports, id);
    await afterNewPassword(db, ports, set, 'password.reset');
  });
}
