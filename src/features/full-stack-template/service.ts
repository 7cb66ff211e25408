/** The full-stack template's dialect: the verbs no other feature has. */
import * as accounts from '#features/accounts/service.ts';
import * as mail from '#features/mail/service.ts';
import * as users from '#features/users/service.ts';
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';

export { requestPasswordReset, resetPassword } from '#features/accounts/service.ts';

/** Whom the token speaks for. */
export const testToken = users.me;

/**
 * The letter that sets a new password, as a page, with a link that works.
 *
 * @throws UserNotFound
 */
export async function recoveryPage(db: Db, ports: Ports, email: string) {
  const { letter } = await accounts.resetLetter(db, ports, email);
  const { html } = mail.partsOf(letter, { sender: ports.settings.PROJECT_NAME });
  return { subject: letter.subject, html };
}

/** Sends a letter that says nothing, to see that letters arrive. */
export const sendTest = (db: Db, ports: Ports, email: string): Promise<void> =>
  mail.send(db, ports, email, mail.testLetter(ports.settings, email));
