/** Verifying the chains: every entry is hashed again, a batch at a time, however long the log is. */
import { sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { nilUuid } from '#kernel/principal.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { hashOf } from './chain.ts';
import { auditLog } from './model.ts';

/** How far a chain goes: kept elsewhere, it proves later that nothing before it was rewritten. */
export type Head = {
  readonly organization_id: string;
  readonly sequence: number;
  readonly hash: string;
};

/** What is wrong with an entry, or where one should be. */
export type Fault = {
  readonly organization_id: string | null;
  /** In the digits of the database: what was tampered with may be any number; null where it has none. */
  readonly sequence: string | null;
  readonly wrong: string;
};

export type Found =
  | { readonly fault: Fault }
  /** A chain was gone through to its end, and nothing is wrong with it. */
  | { readonly head: Head }
  /** A chain was gone through of which something is wrong. */
  | { readonly broken: string };

/** So many entries go by one statement. */
const batchSize = 2000;

type Of = { organization_id?: string | undefined };
type After = { organization: string; sequence: string; id: string; hash: string | null };
type Entry = {
  organization_id: string;
  sequence: string;
  id: string;
  hash: string | null;
  holds: boolean;
};

const beginning: After = {
  organization: nilUuid,
  sequence: `${-(2n ** 63n)}`,
  id: nilUuid,
  hash: null,
};

const entriesAfter = statement(
  'audit.verify',
  ({
    organization_id,
    organization,
    sequence,
    id,
    hash,
    limit,
  }: Slots<Of & After & { limit: number }>) => {
    const place = sql`${sequence}::bigint, ${id}::uuid`;
    const isAfter = organization_id
      ? sql`organization_id = ${organization_id} and (sequence, id) > (${place})`
      : sql`(organization_id, sequence, id) > (${organization}::uuid, ${place})`;
    // No two have one place, unless somebody took the index away: hence the id.
    const batch = sql`select * from ${auditLog} where ${isAfter} and sequence is not null
      order by organization_id, sequence, id limit ${limit}`;
    const entry = sql`select batch.*,
      case when lag(id) over chain is null and organization_id = ${organization}::uuid then ${hash}::text
      else lag(hash) over chain end as before
      from (${batch}) as batch window chain as (partition by organization_id order by sequence, id)`;
    const holds = sql`coalesce(hash = ${hashOf('entry', sql`entry.before`)}, false)`;
    return build
      .select({
        organization_id: sql<string>`organization_id`.as('organization_id'),
        sequence: sql<string>`sequence::text`.as('sequence'),
        id: sql<string>`id`.as('id'),
        hash: sql<string | null>`hash`.as('hash'),
        holds: sql<boolean>`${holds}`.as('holds'),
      })
      .from(sql`(${entry}) as entry`)
      .orderBy(sql`entry.organization_id, entry.sequence, entry.id`);
  },
);

const loose = statement('audit.loose', ({ organization_id }: Slots<Of>) => {
  const own = organization_id ? sql`and organization_id = ${organization_id}` : sql``;
  return build
    .select({
      organization_id: sql<string | null>`organization_id`.as('organization_id'),
      count: sql<number>`count(*)`.as('count'),
    })
    .from(auditLog)
    .where(
      sql`(organization_id is null and sequence is not null or organization_id is not null and sequence is null) ${own}`,
    )
    .groupBy(auditLog.organization_id);
});

/** In the order of their chains, one chain after the other. */
async function* entries(db: Db, of: Of): AsyncGenerator<Entry> {
  for (let after: After | undefined = beginning; after; ) {
    const batch: Entry[] = await entriesAfter(db, { ...of, ...after, limit: batchSize });
    yield* batch;
    after = batch.length === batchSize ? afterLast(batch) : undefined;
  }
}

function afterLast(batch: readonly Entry[]): After | undefined {
  const last = batch.at(-1);
  if (!last) return undefined;
  const { organization_id: organization, sequence, id, hash } = last;
  return { organization, sequence, id, hash };
}

/** Goes through every chain, or that of one organization. */
export async function* verify(db: Db, of: Of = {}): AsyncGenerator<Found> {
  for (const fault of await looseOf(db, of)) yield { fault };
  let last: Entry | undefined;
  let isWhole = true;
  for await (const entry of entries(db, of)) {
    if (last && last.organization_id !== entry.organization_id) {
      yield endOf(last, isWhole);
      last = undefined;
      isWhole = true;
    }
    const fault = faultOf(entry, last);
    if (fault) {
      isWhole = false;
      yield { fault };
    }
    last = entry;
  }
  if (last) yield endOf(last, isWhole);
}

const endOf = ({ organization_id, sequence, hash }: Entry, isWhole: boolean): Found =>
  isWhole && hash
    ? { head: { organization_id, sequence: Number(sequence), hash } }
    : { broken: organization_id };

function faultOf(entry: Entry, last: Entry | undefined): Fault | undefined {
  const { organization_id, holds } = entry;
  const place = BigInt(entry.sequence);
  const expected = last ? BigInt(last.sequence) + 1n : 1n;
  if (place < expected)
    return { ...entryAt(entry), wrong: 'it was put in, where another one stands' };
  if (place > expected) {
    const more = place - expected > 1n ? `, and all up to ${place - 1n}` : '';
    // What the one after it should have been hashed with is gone too.
    return { organization_id, sequence: `${expected}`, wrong: `it is missing${more}` };
  }
  return holds
    ? undefined
    : { ...entryAt(entry), wrong: 'it, or its place, is not as it was written' };
}

const entryAt = ({ organization_id, sequence }: Entry) => ({ organization_id, sequence });

async function looseOf(db: Db, of: Of): Promise<Fault[]> {
  const found = await loose(db, of);
  return found.map(({ organization_id, count }) => {
    const wrong = organization_id
      ? `entries without a place in its chain: ${count}`
      : `entries with a place in a chain, and without an organization: ${count}`;
    return { organization_id, sequence: null, wrong };
  });
}

type Columns = { organizations: readonly string[]; sequences: readonly number[] };

const entriesAt = statement('audit.compare', ({ organizations, sequences }: Slots<Columns>) =>
  build
    .select({ hash: auditLog.hash })
    .from(
      sql`unnest(${organizations}::uuid[], ${sequences}::bigint[]) with ordinality as head (organization, place, number)`,
    )
    .leftJoin(
      auditLog,
      sql`${auditLog.organization_id} = head.organization and ${auditLog.sequence} = head.place`,
    )
    .orderBy(sql`head.number`),
);

/** Compares with heads that were kept: whoever can write a chain anew cannot bring back an old hash. */
export async function compare(db: Db, heads: readonly Head[]): Promise<Fault[]> {
  const found = await entriesAt(db, {
    organizations: heads.map(({ organization_id }) => organization_id),
    sequences: heads.map(({ sequence }) => sequence),
  });
  return heads.flatMap(({ organization_id, sequence, hash }, at) => {
    const now = found[at]?.hash;
    if (now === hash) return [];
    const wrong = now
      ? 'the chain was written anew up to here'
      : 'it is missing, and the chain was that long before';
    return { organization_id, sequence: `${sequence}`, wrong };
  });
}
