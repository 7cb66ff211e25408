/** Accounts: letters that anybody can cause, few enough that nobody's mailbox is filled with them. */
import { and, count, eq, gt, sql } from 'drizzle-orm';
import { emails } from '#features/mail/model.ts';
import type { Letter } from '#features/mail/service.ts';
import * as mail from '#features/mail/service.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports, Settings } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { keep, newToken, type Order } from './one-time-tokens.ts';

/** Of one kind, in a while, to one address, whoever asks for them. */
const mostLetters = 3;
const aWhile = sql`interval '15 minutes'`;

type Sent = Pick<Letter, 'subject'> & { recipient: string };

/** The letters themselves are counted: they stay where a token was used, or an account is gone. */
const countLately = statement('accounts.lettersLately', ({ recipient, subject }: Slots<Sent>) =>
  build
    .select({ letters: count().as('letters') })
    .from(emails)
    .where(
      and(
        eq(emails.recipient, recipient),
        eq(emails.subject, subject),
        gt(emails.created_at, sql`now() - ${aWhile}`),
      ),
    ),
);

/** Whether an address may get another letter of this kind, which its subject tells. */
export async function mayGet(db: Db, recipient: string, { subject }: Letter): Promise<boolean> {
  const [lately] = await countLately(db, { recipient, subject });
  return Number(lately?.letters) < mostLetters;
}

/**
 * Sends a letter with a link, unless its address got too many of its kind lately. To be called in the
 * transaction that holds the account's row.
 *
 * @returns whether it was sent
 */
export async function sendLink(
  db: Db,
  ports: Ports,
  order: Order,
  wording: (settings: Settings, token: string) => Letter,
): Promise<boolean> {
  const token = newToken();
  const letter = wording(ports.settings, token);
  if (!(await mayGet(db, order.email, letter))) return false;
  await keep(db, order, token);
  await mail.send(db, ports, order.email, letter);
  return true;
}
