/** Mail: the mailbox of development, in which every letter that was written can be read. */

import { count, desc, sql } from 'drizzle-orm';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { anywhere } from '#platform/db/filters.ts';
import { written } from '#platform/mail/message.ts';
import type { Kept, Mailbox } from '#platform/mailbox/mailbox.ts';
import { type Content, opened } from './content.ts';
import { emails, OnlyInDevelopment } from './model.ts';
import { plain, type Term, termsOf } from './terms.ts';

/** Only the newest are looked through. */
const mostLetters = 1_000;

type Patterns = Record<'to' | 'not_to' | 'subject' | 'not_subject', readonly string[]>;

const columns = {
  id: emails.id,
  recipient: emails.recipient,
  subject: emails.subject,
  kind: emails.kind,
  state: emails.state,
  created_at: emails.created_at,
};

const select = statement('mail.look', ({ to, not_to, subject, not_subject }: Slots<Patterns>) =>
  build
    .select(columns)
    .from(emails)
    .where(
      sql`${emails.recipient} ilike all(${to}::text[])
        and not ${emails.recipient} ilike any(${not_to}::text[])
        and ${emails.subject} ilike all(${subject}::text[])
        and not ${emails.subject} ilike any(${not_subject}::text[])`,
    )
    .orderBy(desc(emails.created_at), desc(emails.id))
    .limit(mostLetters),
);
type Row = Awaited<ReturnType<typeof select>>[number];

const selectWhole = statement('mail.unseal', ({ ids }: Slots<{ ids: readonly string[] }>) =>
  build
    .select({ ...columns, sealed_parts: emails.sealed_parts })
    .from(emails)
    .where(sql`${emails.id} = any(${ids}::uuid[])`),
);

const countAll = statement('mail.count', (_none: Slots<object>) =>
  build.select({ letters: count().as('letters') }).from(emails),
);

/** Those that the database can look for. */
const patternsOf = (terms: readonly Term[], of: Term['field'], isNot: boolean) =>
  terms
    .filter((term) => term.field === of && term.isNot === isNot)
    .map(({ text }) => anywhere(text) ?? '');

/** @throws OnlyInDevelopment: elsewhere nobody reads the letters of others */
export function openMailbox(db: Db, ports: Ports): Mailbox {
  if (ports.settings.ENVIRONMENT !== 'development') throw OnlyInDevelopment();
  const { PROJECT_NAME, EMAILS_FROM_NAME, EMAILS_FROM_EMAIL } = ports.settings;
  const from = { name: EMAILS_FROM_NAME ?? PROJECT_NAME, address: EMAILS_FROM_EMAIL };
  /** A letter never changes, so it is opened once. */
  const contents = new Map<string, Content>();

  async function whole(rows: readonly Row[]): Promise<(Row & Kept)[]> {
    const ids = rows.map(({ id }) => id).filter((id) => !contents.has(id));
    if (ids.length > 0) {
      if (contents.size > mostLetters) contents.clear();
      for (const { id, sealed_parts } of await selectWhole(db, { ids })) {
        contents.set(id, opened(ports, sealed_parts));
      }
    }
    return rows.flatMap((row) => {
      const content = contents.get(row.id);
      return content ? { ...row, ...content, from } : []; // one may have been forgotten meanwhile
    });
  }

  function holds(terms: readonly Term[]) {
    const sender = plain(`${from.name} ${from.address}`);
    return ({ recipient, subject, text }: Kept) => {
      const places: Record<Term['field'], string> = {
        to: recipient,
        from: sender,
        subject,
        addressed: `${sender} ${recipient}`,
        anywhere: `${sender} ${recipient} ${subject} ${text}`,
      };
      return terms.every(({ field, text, isNot }) => plain(places[field]).includes(text) !== isNot);
    };
  }

  return {
    async look(query, { start, limit }) {
      const terms = termsOf(query);
      const rows = await select(db, {
        to: patternsOf(terms, 'to', false),
        not_to: patternsOf(terms, 'to', true),
        subject: patternsOf(terms, 'subject', false),
        not_subject: patternsOf(terms, 'subject', true),
      });
      const rest = terms.filter(({ field }) => field !== 'to' && field !== 'subject');
      const found: readonly Row[] =
        rest.length > 0 ? (await whole(rows)).filter(holds(rest)) : rows;
      const [all] = await countAll(db, {});
      return {
        letters: await whole(found.slice(start, start + limit)),
        found: found.length,
        total: Number(all?.letters),
      };
    },
    async find(id) {
      const [row] = await selectWhole(db, { ids: [id] });
      return row && { ...row, ...opened(ports, row.sealed_parts), from };
    },
    async source({ from: _, ...letter }) {
      const raw = await new MailComposer(written(ports.settings, letter)).compile().build();
      return raw.toString();
    },
  };
}
