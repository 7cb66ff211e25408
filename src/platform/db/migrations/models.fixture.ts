/** For tests: models rich enough to try every kind of thing a migration can hold. */
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgPolicy,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { instant, plinth } from '#kernel/db.ts';

export const mood = plinth.enum('mood', ['happy', 'sad']);

export const people = plinth.table(
  'people',
  {
    id: uuid().primaryKey().default(sql`gen_random_uuid()`),
    email: text().notNull(),
    tags: text().array().notNull().default([]),
    settings: jsonb().notNull().default({ theme: 'dark' }),
    is_active: boolean().notNull().default(true),
    mood: mood().notNull().default('happy'),
    created_at: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('people_email').on(sql`lower(${table.email})`),
    check('people_email_check', sql`${table.email} <> ''`),
  ],
);

const owned = sql`owner_id = nullif(current_setting('app.user', true), '')::uuid`;

export const notes = plinth.table(
  'notes',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    owner_id: uuid()
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    title: varchar({ length: 255 }).notNull(),
    length: integer().generatedAlwaysAs(sql`char_length(title)`),
    due_at: instant('due_at'),
    code: text().unique(),
  },
  (table) => [
    index('notes_owner').on(table.owner_id, table.due_at.desc()).where(sql`title <> 'title'`),
    unique().on(table.owner_id, table.title),
    pgPolicy('notes_read', { for: 'select', using: owned }),
    pgPolicy('notes_write', { as: 'restrictive', for: 'insert', withCheck: owned }),
  ],
);

export const readers = plinth.table(
  'readers',
  {
    note_id: integer()
      .notNull()
      .references(() => notes.id),
    person_id: uuid()
      .notNull()
      .references(() => people.id),
  },
  (table) => [primaryKey({ columns: [table.note_id, table.person_id] })],
);
