/** Mail: letters that wait to be sent, rows of the change that caused them. */
import { index, integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { Id, Page, paging, Query, Sort, Timestamp } from '#kernel/schema.ts';

const states = ['queued', 'sent', 'failed', 'suppressed'] as const;

export const emails = plinth.table(
  'emails',
  {
    id: uuid().primaryKey(),
    recipient: text().notNull(),
    subject: text().notNull(),
    /** The parts as JSON, sealed: the links in them are secrets until they are used. */
    sealed_parts: text().notNull(),
    created_at: instant('created_at').notNull().defaultNow(),
    sent_at: instant('sent_at'),
    /** What it is about, such as `password-reset`. */
    kind: text().notNull().default('letter'),
    state: text({ enum: states }).notNull().default('queued'),
    attempts: integer().notNull().default(0),
    /** What the mail server said last. */
    error: text(),
  },
  (table) => [
    index('emails_time').on(table.created_at, table.id),
    index('emails_recipient').on(table.recipient, table.created_at),
    index('emails_state').on(table.state, table.created_at, table.id),
  ],
);

/** Who wants no more letters of a kind. */
export const emailSuppressions = plinth.table(
  'email_suppressions',
  {
    recipient: text().notNull(),
    kind: text().notNull(),
    created_at: instant('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.recipient, table.kind] })],
);

const EmailMessage = Type.Object(
  {
    id: Id,
    recipient: Type.String({ examples: ['ada@example.com'] }),
    subject: Type.String({ examples: ['Confirm your e-mail address'] }),
    text: Type.String({
      description: 'The letter as plain text.',
      examples: ['Hello Ada, please confirm your e-mail address.'],
    }),
    html: Type.String({
      description: 'The same as a page.',
      examples: ['<p>Hello Ada, please confirm your e-mail address.</p>'],
    }),
    created_at: Timestamp,
  },
  { title: 'EmailMessage' },
);
export const EmailQuery = Query({ ...paging, sort: Sort('created_at') });
export type EmailQuery = Static<typeof EmailQuery>;
export const EmailPage = Page('EmailPage', EmailMessage);

export const OnlyInDevelopment = problem(
  404,
  'only_in_development',
  'There is nothing here',
  'The route is there only where `ENVIRONMENT` is not production.',
);
