/** Two-factor: the password asked for again, since a session may be stolen. */
import * as audit from '#features/audit/service.ts';
import * as users from '#features/users/service.ts';
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { verifyPassword } from '#platform/crypto/password.ts';
import { NoPassword, WrongPassword } from './model.ts';

/**
 * Makes sure that who is signed in knows the password.
 *
 * @returns the account, and the hash it was proved against
 * @throws NoPassword, WrongPassword, TooManyRequests
 */
export async function provePassword(
  db: Db,
  { attempts }: Ports,
  password: string,
  action: audit.Action = 'password.checked',
) {
  const { password_hash, ...account } = await users.findMe(db);
  const { id, email } = account;
  if (password_hash === null) throw NoPassword();
  // Strangers who guess at the account do not keep out who is signed in to it.
  const attempt = { account: email, address: db.client.address, isKnown: async () => true };
  await attempts.run(attempt, async () => {
    if (await verifyPassword(password_hash, password)) return;
    await audit.record(db, action, { outcome: 'failure', target_id: id });
    throw WrongPassword();
  });
  return { ...account, password_hash };
}
