/** Sessions: a device that is signed in. */
import { index, text, uuid } from 'drizzle-orm/pg-core';
import { Type } from 'typebox';
import { users } from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';
import { Id, Nullable, Page, Timestamp } from '#kernel/schema.ts';

export const sessions = plinth.table(
  'sessions',
  {
    /** The `sid` of its access tokens. */
    id: uuid().primaryKey(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    address: text().notNull(),
    user_agent: text(),
    created_at: instant('created_at').notNull().defaultNow(),
    expires_at: instant('expires_at').notNull(),
  },
  (table) => [index('sessions_user').on(table.user_id, table.created_at, table.id)],
);

export const Session = Type.Object(
  {
    id: Id,
    address: Type.String({ description: 'Where it signed in from.' }),
    user_agent: Nullable(Type.String()),
    created_at: Timestamp,
    expires_at: Timestamp,
  },
  { title: 'Session' },
);
export const SessionPage = Page('SessionPage', Session);
