/** Mail: the verbs. A letter is a row in the transaction of what it tells of. */
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { seal, unseal } from '#platform/crypto/seal.ts';
import { pages } from '#platform/db/page.ts';
import { type Letter, type Parts, partsOf } from './letter.ts';
import { type EmailQuery, emails, OnlyInDevelopment } from './model.ts';

export { mayGet } from './lately.ts';
export { type Letter, partsOf } from './letter.ts';
export { digestOf, lasting, linkTo, newToken } from './link.ts';

type Row = Pick<typeof emails.$inferInsert, 'id' | 'recipient' | 'subject' | 'sealed_parts'>;

/** What the key is derived for. */
const purpose = 'mail';

const insert = statement('mail.insert', (row: Slots<Row>) =>
  build
    .insert(emails)
    .values(row as never)
    .returning({ id: emails.id }),
);

/** Puts a letter into the outbox: it goes out if and only if the change is committed. */
export async function send(db: Db, ports: Ports, recipient: string, letter: Letter): Promise<void> {
  const parts = partsOf(letter, ports.settings.PROJECT_NAME);
  const sealed_parts = seal(ports.keyFor(purpose), JSON.stringify(parts));
  await insert(db, { id: newId(), recipient, subject: letter.subject, sealed_parts });
}

const page = pages('mail.list', emails, () => undefined);

/** @throws OnlyInDevelopment: elsewhere nobody reads the letters of others */
export async function list(db: Db, ports: Ports, query: EmailQuery) {
  if (ports.settings.ENVIRONMENT !== 'development') throw OnlyInDevelopment();
  const { data, ...rest } = await page(db, {}, query);
  const opened = data.map(({ sealed_parts, ...row }) => ({
    ...row,
    ...(JSON.parse(unseal(ports.keyFor(purpose), sealed_parts)) as Parts),
  }));
  return { data: opened, ...rest };
}
