/**
 * Mail: the verbs. A letter is a row in the transaction of what it tells of, and so is its sending: the
 * run that has the letter's id.
 */
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Letter } from '#kernel/letter.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { insertJob, type Queued, queued, wake } from '#platform/queue/enqueue.ts';
import { sealed } from './content.ts';
import { declineUrlOf } from './declining.ts';
import { delivery } from './jobs.ts';
import { partsOf } from './letter.ts';
import { emails } from './model.ts';

export { decline, declinePage } from './declining.ts';
export { mayGet } from './lately.ts';
export { partsOf } from './letter.ts';
export { testLetter } from './letters.ts';
export { digestOf, linkTo, newToken } from './link.ts';
export { phrases } from './phrases.ts';
export { forgetEmails, get, list, retry, written } from './sent.ts';
export { templateAt } from './template.ts';
export { type Texts, writer } from './wording.ts';

type Row = { id: string } & Pick<
  typeof emails.$inferInsert,
  'recipient' | 'subject' | 'sealed_parts' | 'kind'
>;

const insert = statement(
  'mail.insert',
  ({ id, recipient, subject, sealed_parts, kind, ...job }: Slots<Row & Queued>) =>
    build
      .with(build.$with('job').as(insertJob(job)))
      .insert(emails)
      .values({ id, recipient, subject, sealed_parts, kind } as never)
      .returning({ id: emails.id }),
);

/** Puts a letter into the outbox: it goes out if and only if the change is committed. */
export async function send(db: Db, ports: Ports, recipient: string, letter: Letter): Promise<void> {
  const { subject, kind, mayDecline } = letter;
  const declineUrl = mayDecline ? declineUrlOf(ports, recipient, kind) : undefined;
  const parts = partsOf(letter, { sender: ports.settings.PROJECT_NAME, declineUrl });
  const id = newId();
  await insert(db, {
    ...{ id, recipient, subject, kind, sealed_parts: sealed(ports, { ...parts, declineUrl }) },
    ...queued(db, delivery, { email_id: id }, { id }),
  });
  wake(db, delivery);
}
