/** What waits for functions that this program does not have. */
import { count, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { build, type Db } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { queue } from './tables.ts';

type Names = { readonly names: readonly string[] };

const select = statement('queue.strangers', ({ names }: Slots<Names>) =>
  build
    .select({ name: queue.name, waiting: count().as('waiting') })
    .from(queue)
    .where(
      sql`${queue.state} < 'active' and not blocked and ${queue.name} <> all(${names}::text[])`,
    )
    .groupBy(queue.name),
);

/** It waits until a version runs that has them, or somebody cancels it. */
export async function warnOfStrangers(db: Db, names: readonly string[], log: Pick<Logger, 'warn'>) {
  for (const { name, waiting } of await select(db, { names })) {
    log.warn({ job: name, waiting: Number(waiting) }, 'runs wait for a function that is not here');
  }
}
