/** Accounts: the verb of changing one's own password. */
import * as audit from '#features/audit/service.ts';
import * as mail from '#features/mail/service.ts';
import * as sessions from '#features/sessions/service.ts';
import { changed } from '#features/tokens/service.ts';
import { provePassword } from '#features/two-factor/service.ts';
import type { User } from '#features/users/model.ts';
import * as users from '#features/users/service.ts';
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { verifyPassword } from '#platform/crypto/password.ts';
import { passwordChangedLetter } from './letters.ts';
import { type PasswordChange, SamePassword, WrongPassword } from './model.ts';
import { revoke } from './one-time-tokens.ts';

/**
 * What follows a new password, in its transaction: links sent before are worthless, those that would
 * move the account to another address too; every process hears of it, and so does the owner.
 */
export async function afterNewPassword(
  db: Db,
  ports: Ports,
  { id, email }: User,
  action: 'password.changed' | 'password.reset',
): Promise<void> {
  await revoke(db, id, ['reset_password', 'change_email']);
  await changed(db, ports, id);
  const letter = passwordChangedLetter(ports.settings);
  // One who changes it over and over with the address of another is soon no news.
  if (await mail.mayGet(db, email, letter)) await mail.send(db, ports, email, letter);
  await audit.record(db, action, { actor_id: id, target_id: id });
}

/**
 * Changes the caller's password, and ends their other sessions.
 *
 * @throws NoPassword, WrongPassword, SamePassword, WeakPassword
 * @throws TooManyRequests to who guesses
 */
export async function changePassword(
  db: Db,
  ports: Ports,
  { current_password, new_password }: PasswordChange,
): Promise<void> {
  const account = await provePassword(db, ports, current_password, 'password.changed');
  const { id, email, full_name, password_hash: old_hash } = account;
  if (await verifyPassword(old_hash, new_password)) throw SamePassword();
  const new_hash = await users.hashNewPassword(new_password, [email, full_name], 'new_password');
  await db.transaction(async (db) => {
    const set = await users.change(db, { id, old_hash, password_hash: new_hash });
    if (!set) throw WrongPassword(); // it is another one by now
    await sessions.endOthers(db, ports);
    await afterNewPassword(db, ports, set, 'password.changed');
  });
}
