/** Mail: letters that anybody can cause, few enough that nobody's mailbox is filled with them. */
import { and, count, eq, gt, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import type { Letter } from './letter.ts';
import { emails } from './model.ts';

/** Of one kind, in a while, to one address, whoever asks for them. */
const mostLetters = 3;
const aWhile = sql`interval '15 minutes'`;

type Sent = Pick<Letter, 'subject'> & { recipient: string };

/** The letters themselves are counted: they stay where a token was used, or an account is gone. */
const countLately = statement('mail.lately', ({ recipient, subject }: Slots<Sent>) =>
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
export async function mayGet(
  db: Db,
  recipient: string,
  { subject }: Pick<Letter, 'subject'>,
): Promise<boolean> {
  const [lately] = await countLately(db, { recipient, subject });
  return Number(lately?.letters) < mostLetters;
}
