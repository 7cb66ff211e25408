/** Accounts: the verbs of getting in. */
import * as sessions from '#features/sessions/service.ts';
import * as users from '#features/users/service.ts';
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import type { ProblemKind } from '#kernel/problem.ts';
import { verifyPassword } from '#platform/crypto/password.ts';
import { type Login, type SignUp, UserInactive, WrongCredentials } from './model.ts';

/** @throws EmailTaken */
export const signUp = (db: Db, input: SignUp) => users.create(db, input);

/**
 * Signs in: a session for the device and its first tokens. Takes the same time and says the
 * same whether or not there is such an account.
 *
 * @param refusal what to throw for a wrong e-mail or password
 * @throws UserInactive, to who knows the password
 */
export async function login(
  db: Db,
  ports: Ports,
  { email, password }: Login,
  refusal: ProblemKind = WrongCredentials,
) {
  const found = await users.findByEmail(db, email);
  const matches = await verifyPassword(found?.password_hash, password);
  if (!found || !matches) throw refusal();
  const { password_hash: _, ...user } = found;
  if (!user.is_active) throw UserInactive();
  const opened = { user_id: user.id, password_hash: found.password_hash ?? undefined };
  return { ...(await sessions.open(db, ports, opened)), user };
}
