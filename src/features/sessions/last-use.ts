/** Sessions: when each was used last. */
import { eq, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { lastUse, type Uses } from '#platform/db/last-use.ts';
import { sessions } from './model.ts';

type Batch = { ids: string; times: string };

const write = statement('sessions.used', ({ ids, times }: Slots<Batch>) => {
  const used = sql`unnest(${ids}::uuid[], ${times}::timestamptz[]) as used (id, at)`;
  return build
    .update(sessions)
    .set({ last_used_at: sql`greatest(${sessions.last_used_at}, used.at)` })
    .from(used)
    .where(eq(sessions.id, sql`used.id`))
    .returning({ id: sessions.id });
});

/** @param db as the server itself */
export const sessionUses = (db: Db) =>
  lastUse((uses: Uses) =>
    write(db, {
      ids: `{${[...uses.keys()].join()}}`,
      times: `{${[...uses.values()].map((at) => new Date(at).toISOString()).join()}}`,
    }),
  );
