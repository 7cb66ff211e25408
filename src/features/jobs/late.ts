/** Jobs: the verb that finds out whether triggers fire in time. */
import { and, count, eq, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { jobs } from './model.ts';

const select = statement('jobs.late', ({ seconds }: Slots<{ seconds: number }>) =>
  build
    .select({ late: count().as('late') })
    .from(jobs)
    .where(
      and(
        eq(jobs.paused, sql`false`),
        sql`${jobs.next_run_at} < now() - ${seconds} * interval '1 second'`,
      ),
    ),
);

/** How many triggers have been due for longer than that, and have not fired. */
export async function lateTriggers(db: Db, seconds: number): Promise<number> {
  const [found] = await select(db, { seconds });
  return Number(found?.late);
}
