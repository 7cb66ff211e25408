/** Accounts: the verb of signing up. */
import * as audit from '#features/audit/service.ts';
import type { User } from '#features/users/model.ts';
import * as users from '#features/users/service.ts';
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import type { ProblemKind } from '#kernel/problem.ts';
import { EmailTaken, type SignUp } from './model.ts';
import { probing } from './probing.ts';
import { sendVerification } from './verification.ts';

/**
 * Makes an account, and sends the letter that confirms its address.
 *
 * @param taken what to throw where there is one with this e-mail
 * @throws WeakPassword, TooManyRequests to a network that asks for many that are taken
 */
export const signUp = (
  db: Db,
  ports: Ports,
  { password, ...row }: SignUp,
  taken: ProblemKind = EmailTaken,
): Promise<User> =>
  probing(db, ports, taken, async () => {
    const password_hash = await users.hashNewPassword(password, [row.email, row.full_name]);
    return db.transaction(async (db) => {
      const user = await users.add(db, { ...row, password_hash }, taken);
      await sendVerification(db, ports, user);
      await audit.record(db, 'user.signed_up', { actor_id: user.id, target_id: user.id });
      return user;
    });
  });
