/** Looking at the queue: which jobs have something due, and which attempts nobody carries on. */
import { sql } from 'drizzle-orm';
import { build } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { queue } from './tables.ts';

/** Past its time by so much, what keeps a run is no clock that is a little late. */
const marginSeconds = 60;

type Names = { readonly names: readonly string[] };

export type Seen = {
  readonly name: string;
  /** Null where something of this job is due. */
  readonly id: string | null;
  readonly retry_count: number | null;
};

/** Both by an index, in one statement: it is all that a process without work sends. */
export const look = statement('queue.look', ({ names }: Slots<Names>) =>
  build
    .select({
      name: sql<string>`name`.as('name'),
      id: sql<string | null>`id`.as('id'),
      retry_count: sql<number | null>`retry_count`.as('retry_count'),
    })
    .from(
      sql`(
        select wanted as name, null::uuid as id, null::int as retry_count
        from unnest(${names}::text[]) wanted
        where exists (
          select from ${queue}
          where name = wanted and state < 'active' and not blocked and start_after <= now()
        )
        union all
        select name, id, retry_count from ${queue}
        where state = 'active' and (
          heartbeat_on + heartbeat_seconds * interval '1 second' < now()
          or started_on + (expire_seconds + ${sql.raw(String(marginSeconds))}) * interval '1 second' < now()
        )
      ) seen`,
    ),
);

type Attempts = {
  readonly run_names: readonly string[];
  readonly ids: readonly string[];
  readonly retry_counts: readonly number[];
};

/** Says that these are being carried on. @returns those that are still theirs who say so */
export const beat = statement('queue.beat', ({ run_names, ids, retry_counts }: Slots<Attempts>) =>
  build
    .update(queue)
    .set({ heartbeat_on: sql`now()` })
    .from(
      sql`unnest(${run_names}::text[], ${ids}::uuid[], ${retry_counts}::int[]) as ours (run_name, run_id, attempt)`,
    )
    .where(
      sql`${queue.name} = run_name and ${queue.id} = run_id and ${queue.state} = 'active' and ${queue.retry_count} = attempt`,
    )
    .returning({ id: queue.id }),
);
