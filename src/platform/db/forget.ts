/** Forgetting rows that are over: a batch at a time, so that no statement runs for long or holds much. */
import { inArray, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { build, type Db } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';

/** So many rows at most go by one statement. */
export const batchSize = 5_000;

/** Removes what is over. @returns how many rows that were */
export type Forget<Input> = (db: Db, input: Input, signal?: AbortSignal) => Promise<number>;

/**
 * Declares the forgetting of a table's rows. Any number may forget at once: each takes rows that no
 * other holds, and what somebody else is changing is left for the next time.
 *
 * @param isOver of a row, by the database's clock
 */
export function forgetting<Input extends object>(
  name: string,
  { table, key }: { readonly table: PgTable; readonly key: PgColumn },
  isOver: (slots: Slots<Input>) => SQL | undefined,
): Forget<Input> {
  const drop = statement(name, (slots: Slots<Input>) => {
    const over = build
      .select({ [key.name]: key })
      .from(table)
      .where(isOver(slots))
      .limit(batchSize)
      .for('update', { skipLocked: true });
    return build
      .delete(table)
      .where(inArray(key, over))
      .returning({ gone: sql`true`.as('gone') });
  });
  return (db, input, signal) => inBatches(() => drop(db, input), batchSize, signal);
}

/**
 * Goes on until a batch is not full.
 *
 * @returns how many rows there were
 * @throws why the signal was aborted, between two batches
 */
export async function inBatches(
  take: () => Promise<readonly unknown[]>,
  size: number,
  signal?: AbortSignal,
): Promise<number> {
  for (let count = 0; ; ) {
    signal?.throwIfAborted();
    const { length } = await take();
    count += length;
    if (length < size) return count;
  }
}
