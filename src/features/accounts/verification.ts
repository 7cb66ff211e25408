/** Accounts: the verbs of confirming that an e-mail address is its owner's. */
import * as audit from '#features/audit/service.ts';
import type { User } from '#features/users/model.ts';
import * as users from '#features/users/service.ts';
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { inEvenTime } from './even-time.ts';
import { verificationLetter } from './letters.ts';
import { InvalidToken } from './model.ts';
import { consume, read } from './one-time-tokens.ts';
import { sendLink } from './sending.ts';

const purpose = 'verify_email';

/** Writes the letter, in the transaction of the caller, unless the address got too many lately. */
export async function sendVerification(
  db: Db,
  ports: Ports,
  { id: user_id, email }: Pick<User, 'id' | 'email'>,
): Promise<void> {
  const hours = ports.settings.EMAIL_VERIFY_TOKEN_EXPIRE_HOURS;
  await sendLink(db, ports, { purpose, user_id, email, hours }, verificationLetter);
}

/** Sends it again, where there is an account whose address is not confirmed; never tells whether. */
export const resendVerification = (db: Db, ports: Ports, email: string): Promise<void> =>
  inEvenTime(
    db.transaction(async (db) => {
      const user = await users.holdByEmail(db, email);
      if (user && !user.is_verified) await sendVerification(db, ports, user);
    }),
  );

/** @throws InvalidToken, also where the account has another address by now */
export async function verifyEmail(db: Db, token: string): Promise<void> {
  const { user_id: id, email: old_email } = await read(db, purpose, token);
  await db.transaction(async (db) => {
    if (!(await users.change(db, { id, old_email, is_verified: true }))) throw InvalidToken();
    await consume(db, purpose, token);
    await audit.record(db, 'email.verified', { actor_id: id, target_id: id });
  });
}
