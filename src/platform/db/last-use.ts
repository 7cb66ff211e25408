/** When something was used last, written in batches: however often it is used, at most once a minute. */
import { eq, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { build, type Db, sameEdition } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';

const everyMs = 60_000;
/** Past this many a batch is written early. */
const largestBatch = 5_000;

/** Ids, and when each was used last, in ms since 1970-01-01. */
export type Uses = ReadonlyMap<string, number>;

type UsedTable = PgTable & { readonly id: PgColumn; readonly last_used_at: PgColumn };
/** One whose rows have editions: using them is no edit. */
type EditedTable = Parameters<typeof sameEdition>[0];
type Batch = { ids: readonly string[]; times: readonly string[] };

/**
 * Declares the statement that writes `last_used_at` of a table.
 *
 * @returns what opens it for a server: `note` for each use, and `close` to write what is still held
 */
export function lastUseOf(name: string, table: UsedTable) {
  const same = 'version' in table && sameEdition(table as UsedTable & EditedTable);
  const write = statement(name, ({ ids, times }: Slots<Batch>) =>
    build
      .update(table as PgTable)
      .set({ last_used_at: sql`greatest(${table.last_used_at}, used.at)`, ...same } as never)
      .from(sql`unnest(${ids}::uuid[], ${times}::timestamptz[]) as used (id, at)`)
      .where(eq(table.id, sql`used.id`))
      .returning({ id: table.id }),
  );
  return (db: Db) =>
    batches((uses) => {
      const times = [...uses.values()].map((at) => new Date(at).toISOString());
      return write(db, { ids: [...uses.keys()], times });
    });
}

/** @param write for the whole batch; where it fails, the batch is tried with the next one */
export function batches(write: (uses: Uses) => Promise<unknown>) {
  let held = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  async function flush() {
    clearTimeout(timer);
    timer = undefined;
    if (held.size === 0) return;
    const batch = held;
    held = new Map();
    try {
      await write(batch);
    } catch {
      // The database is away: when it was used is not worth a failed request, nor endless memory.
      if (batch.size < largestBatch) held = new Map([...batch, ...held]);
    }
  }

  return {
    note(id: string, atMs: number) {
      held.set(id, atMs);
      if (held.size >= largestBatch) void flush();
      else if (!timer) {
        timer = setTimeout(flush, everyMs);
        timer.unref();
      }
    },
    close: flush,
  };
}
