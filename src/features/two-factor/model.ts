/** Two-factor: the authenticator app a person added, and the codes for the day it is lost. */
import { bigint, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { users } from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';

const owner = () =>
  uuid()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });

export const authenticators = plinth.table('authenticators', {
  user_id: owner().primaryKey(),
  /** The secret of RFC 6238, sealed with the server's. */
  sealed_secret: text().notNull(),
  /** Since when it is asked for; null until its first code proved that it works. */
  confirmed_at: instant('confirmed_at'),
  /** The time step of the last code that was taken: no code is taken twice. */
  last_step: bigint({ mode: 'number' }).notNull().default(0),
  created_at: instant('created_at').notNull().defaultNow(),
});

/** Each is good once, and gone then. */
export const recoveryCodes = plinth.table(
  'recovery_codes',
  {
    user_id: owner(),
    /** SHA-256 of the code. */
    digest: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.digest] })],
);
