/** Which edition of a row a change is about, so that no change is lost under another. */
import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Db } from '#kernel/db.ts';
import { PreconditionFailed } from '#kernel/problem.ts';
import type { Slots } from '#kernel/statement.ts';

/** The versions the caller insists on, where they said some (`If-Match`, RFC 9110, 13.1.1). */
export type Seen = { versions?: readonly number[] | undefined };

export const seenBy = ({ client: { ifMatch } }: Db): Seen => (ifMatch ? { versions: ifMatch } : {});

/** The row is still as the caller saw it: part of the WHERE of what changes or removes it. */
export const isAsSeen =
  ({ version }: { readonly version: PgColumn }) =>
  ({ versions }: Slots<Seen>): SQL | undefined =>
    versions && sql`${version} = any(${versions}::integer[])`;

/**
 * The same of a row that was read, for saying why a change was none, and where it is held.
 *
 * @throws PreconditionFailed
 */
export function refuseStale<Row extends { readonly version: number }>(db: Db, row: Row): Row {
  const { ifMatch } = db.client;
  if (ifMatch && !ifMatch.includes(row.version)) throw PreconditionFailed();
  return row;
}
