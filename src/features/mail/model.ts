/** Mail: letters that wait to be sent, rows of the change that caused them. */
import { index, text, uuid } from 'drizzle-orm/pg-core';
import { Type } from 'typebox';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { Id, Page, Timestamp } from '#kernel/schema.ts';

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
  },
  (table) => [
    index('emails_time').on(table.created_at, table.id),
    index('emails_recipient').on(table.recipient, table.created_at),
  ],
);

const EmailMessage = Type.Object(
  {
    id: Id,
    recipient: Type.String(),
    subject: Type.String(),
    text: Type.String(),
    html: Type.String(),
    created_at: Timestamp,
  },
  { title: 'EmailMessage' },
);
export const EmailPage = Page('EmailPage', EmailMessage);

export const OnlyInDevelopment = problem(404, 'only_in_development', 'There is nothing here');
