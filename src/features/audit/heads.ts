/** The heads of the chains as they stand, found without going through the chains. */
import { sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { nilUuid } from '#kernel/principal.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { auditLog } from './model.ts';
import type { Head } from './verify.ts';

/** So many chains go by one statement. */
const batchSize = 500;

type After = { after: string; since: string; limit: number };

/**
 * From one organization to the next by the index, and in each to its last entry: that costs by the number
 * of chains, and not of entries.
 */
const select = statement('audit.heads', ({ after, since, limit }: Slots<After>) => {
  const next = (than: ReturnType<typeof sql>) => sql`(select organization_id from ${auditLog}
    where organization_id > ${than} and sequence is not null order by organization_id limit 1)`;
  const chains = sql`with recursive chain (organization_id, number) as (
      select ${next(sql`${after}::uuid`)}, 1
      union all
      select ${next(sql`chain.organization_id`)}, number + 1 from chain
      where organization_id is not null and number < ${limit}::integer
    ) select organization_id from chain where organization_id is not null`;
  const last = sql`select sequence, hash, created_at from ${auditLog} entry
    where entry.organization_id = chain.organization_id and sequence is not null
    order by sequence desc limit 1`;
  return build
    .select({
      organization_id: sql<string>`chain.organization_id`.as('organization_id'),
      sequence: sql<string>`head.sequence::text`.as('sequence'),
      hash: sql<string>`head.hash`.as('hash'),
      is_new: sql<boolean>`head.created_at > ${since}::timestamptz`.as('is_new'),
    })
    .from(sql`(${chains}) as chain cross join lateral (${last}) as head`)
    .orderBy(sql`chain.organization_id`);
});

/**
 * The heads of all chains, or of those that have grown since.
 *
 * @param since an instant; what began before and was committed after it is no concern of this
 */
export async function* heads(db: Db, since = '-infinity'): AsyncGenerator<Head[]> {
  for (let after: string | undefined = nilUuid; after; ) {
    const batch: Awaited<ReturnType<typeof select>> = await select(db, {
      after,
      since,
      limit: batchSize,
    });
    yield batch
      .filter(({ is_new }) => is_new)
      .map(({ organization_id, sequence, hash }) => ({
        organization_id,
        sequence: Number(sequence),
        hash,
      }));
    after = batch.length === batchSize ? batch.at(-1)?.organization_id : undefined;
  }
}
