/** Mail: letters that wait to be sent, rows of the change that caused them. */
import { index, integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import {
  Id,
  Input,
  Nullable,
  Page,
  paging,
  Query,
  Resource,
  Sort,
  Timestamp,
} from '#kernel/schema.ts';

export const states = ['queued', 'sent', 'failed', 'suppressed'] as const;

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

/** Attempts to deliver a letter after the first, which with their pauses are about a day. */
export const deliveryRetries = 100;
export const DeliverPayload = Input('MailDeliver', { email_id: Id });
export type DeliverPayload = Static<typeof DeliverPayload>;

const address = {
  id: Id,
  recipient: Type.String({ examples: ['ada@example.com'] }),
  subject: Type.String({ examples: ['Confirm your e-mail address'] }),
};

const EmailMessage = Type.Object(
  {
    ...address,
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

const Kind = Type.String({
  description: 'What it is about.',
  examples: ['password-reset'],
});
export const EmailDelivery = Resource('EmailDelivery', {
  ...address,
  kind: Kind,
  state: Type.Enum(states, {
    description:
      'What became of it: `suppressed` is what its reader asked not to get, and `failed` what nobody took.',
    examples: ['sent'],
  }),
  attempts: Type.Integer({ description: 'How often it was tried.', examples: [1] }),
  error: Nullable(
    Type.String({ description: 'What was in the way the last time; null once it is sent.' }),
    { examples: [null] },
  ),
  created_at: Timestamp,
  sent_at: Nullable(Timestamp),
});
export type EmailDelivery = Static<typeof EmailDelivery> & { readonly version: number };
export const EmailDeliveryQuery = Query({
  ...paging,
  state: Type.Optional(Type.Enum(states, { description: 'Only what this became of.' })),
  kind: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'Only what is about this.',
      examples: ['password-reset'],
    }),
  ),
  recipient: Type.Optional(
    Type.String({
      maxLength: 254,
      description: 'Only what goes to this address.',
      examples: ['ada@example.com'],
    }),
  ),
  sort: Sort('created_at'),
});
export type EmailDeliveryQuery = Static<typeof EmailDeliveryQuery>;
export const EmailDeliveryPage = Page('EmailDeliveryPage', EmailDelivery);

/** The token of a letter says who declines what. */
export const DeclineQuery = Query({
  token: Type.String({
    maxLength: 1_000,
    description: 'That of the link in the letter.',
    examples: ['WyJhZGFAZXhhbXBsZS5jb20iLCJpbnZpdGF0aW9uIl0.Zk9vYl3hT0aQ'],
  }),
});
export const DeclinePage = Type.Object({ html: Type.String() }, { title: 'DeclinePage' });

export const EmailNotFound = problem(404, 'email_not_found', 'There is no such e-mail');
export const EmailNotFailed = problem(
  409,
  'email_not_failed',
  'This e-mail has not failed: it was sent, is not wanted, or is on its way',
);

export const OnlyInDevelopment = problem(
  404,
  'only_in_development',
  'There is nothing here',
  'The route is there only where `ENVIRONMENT` is not production.',
);
