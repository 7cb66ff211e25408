/** Limits: where all processes count, if they count in PostgreSQL. The table is unlogged. */
import { bigint, integer, varchar } from 'drizzle-orm/pg-core';
import { plinth } from '#kernel/db.ts';

/** As the library that counts wants it, in this order of columns. */
export const limitCounts = plinth.table('limit_counts', {
  /** The policy, and who is counted. */
  key: varchar({ length: 255 }).primaryKey(),
  points: integer().notNull().default(0),
  /** When it begins anew, in ms since 1970-01-01. */
  expire: bigint({ mode: 'number' }),
});
