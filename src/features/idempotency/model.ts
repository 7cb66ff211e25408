/** Idempotency: the first answers to requests that make something, kept for whoever asks again. */

import { sql } from 'drizzle-orm';
import { index, text, uuid } from 'drizzle-orm/pg-core';
import { instant, plinth } from '#kernel/db.ts';
import { isCaller, onlyUnscoped, policies } from '#kernel/row-security.ts';

const own = sql`${isCaller('caller_id')} or ${onlyUnscoped}`;

export const idempotencyKeys = plinth.table(
  'idempotency_keys',
  {
    /** A MAC of the caller and the key, which is not kept: what is sealed here opens only with it. */
    digest: text().primaryKey(),
    caller_id: uuid().notNull(),
    /** A MAC of the request, to tell another one under the same key. */
    request: text().notNull(),
    /** Status, headers and body, sealed: some hold a secret that is shown once. */
    answer: text().notNull(),
    created_at: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('idempotency_keys_created').on(table.created_at),
    ...policies('idempotency_keys', { read: own, write: own }),
  ],
);
