/** Tokens: telling every process that what it remembers of a user or an API key is out of date. */
import { sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { again, revocations, told } from './model.ts';

const note = statement('tokens.note', ({ ids }: Slots<{ ids: readonly string[] }>) => {
  const subjects = build
    .select({
      subject_id: sql`id`.as('subject_id'),
      transaction_id: sql`pg_current_xact_id()`.as('transaction_id'),
      revoked_at: sql`now()`.as('revoked_at'),
    })
    .from(sql`unnest(${ids}::uuid[]) as changed (id)`);
  return build
    .insert(revocations)
    .select(subjects as never)
    .onConflictDoUpdate(again as never)
    .returning({ told });
});

/**
 * Says that users or API keys changed. Call it in the transaction of the change: peers hear of it
 * when that commits, and this process knows then too.
 */
export async function changedAll(
  db: Db,
  { revocations: known }: Pick<Ports, 'revocations'>,
  ids: readonly string[],
): Promise<void> {
  await note(db, { ids: ids.toSorted() }); // in one order, so that two who tell of the same wait and do not deadlock
  // As the database spells them, whatever a path did.
  db.afterCommit(() => known.add(ids.map((id) => id.toLowerCase())));
}

/** Says that one user or API key changed, as `changedAll` does of many. */
export const changed = (db: Db, ports: Pick<Ports, 'revocations'>, id: string): Promise<void> =>
  changedAll(db, ports, [id]);
