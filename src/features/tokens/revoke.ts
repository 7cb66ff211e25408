/** Tokens: telling every process that what it remembers of a user or an API key is out of date. */
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { again, revocations, told } from './model.ts';

const note = statement('tokens.note', ({ subject_id }: Slots<{ subject_id: string }>) =>
  build
    .insert(revocations)
    .values({ subject_id } as never)
    .onConflictDoUpdate(again as never)
    .returning({ told }),
);

/**
 * Says that a user or an API key changed. Call it in the transaction of the change: peers hear of it
 * when that commits, and this process knows then too.
 */
export async function changed(db: Db, { revocations: known }: Ports, subject_id: string) {
  await note(db, { subject_id });
  db.afterCommit(() => known.add([subject_id]));
}
