/** Mail: letters that anybody can cause, few enough that nobody's mailbox is filled with them. */
import { and, count, eq, gt, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import type { Letter } from '#kernel/letter.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { emails } from './model.ts';

/** Of one kind, in a while, to one address, whoever asks for them. */
const mostLetters = 3;
const aWhile = sql`interval '15 minutes'`;

type Sent = Pick<Letter, 'kind'> & { recipient: string };

/** The letters themselves are counted: they stay where a token was used, or an account is gone. */
const countLately = statement('mail.lately', ({ recipient, kind }: Slots<Sent>) =>
  build
    .select({ letters: count().as('letters') })
    .from(emails)
    .where(
      and(
        eq(emails.recipient, recipient),
        eq(emails.kind, kind),
        gt(emails.created_at, sql`now() - ${aWhile}`),
      ),
    ),
);

/** Whether an address may get another letter of this kind. */
export async function mayGet(
  db: Db,
  recipient: string,
  { kind }: Pick<Letter, 'kind'>,
): Promise<boolean> {
  const [lately] = await countLately(db, { recipient, kind });
  return Number(lately?.letters) < mostLetters;
}
