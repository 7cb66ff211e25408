/** Users: raising an account to superuser, which the command line does. */
import { and, eq } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { canonicalEmail, UserNotFound, users } from './model.ts';

const raise = statement('users.promote', ({ email }: Slots<{ email: string }>) =>
  build
    .update(users)
    .set({ is_superuser: true })
    .where(and(eq(users.email, email), users.is_active))
    .returning({ id: users.id }),
);

/**
 * Makes a superuser of the active account with this e-mail.
 *
 * @returns its id
 * @throws UserNotFound
 */
export async function promote(db: Db, email: string): Promise<string> {
  return one(await raise(db, { email: canonicalEmail(email) }), UserNotFound).id;
}
