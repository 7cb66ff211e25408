/** Issuers: who else vouches for people, and which of our users those are. */
import { index, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { users } from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';

/** A person in the words of another issuer. Their id there is never one of ours. */
export const identities = plinth.table(
  'identities',
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    created_at: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.subject] }),
    index('identities_user').on(table.user_id),
  ],
);
