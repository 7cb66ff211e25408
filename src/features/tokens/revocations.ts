/**
 * What ended or changed, held by each process so that no request has to ask.
 *
 * Peers are told at once over the database's notifications, which may be lost. So the set also counts
 * as known only up to the last time the table was read: a request that comes later than that waits
 * for another reading. Under load that is a few small statements a second; while idle it is none.
 */
import { gte, lt, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import type { Database } from '#kernel/ports.ts';
import { system } from '#kernel/principal.ts';
import type { Revocations } from '#kernel/revocations.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { forgetting } from '#platform/db/forget.ts';
import { revocationChannel, revocations } from './model.ts';

/** After this the set is read anew beside the request that finds it so old. */
const staleMs = 250;
/** After this a request waits for the reading. */
const unknownMs = 600;
/** How long rows are kept beyond the life of a token. */
const marginMs = 60_000;

type Seen = { since: string };

/**
 * What is new, and the horizon: every transaction below it has ended, and what the ones above it write
 * is read next time.
 */
const read = statement('tokens.revocations', ({ since }: Slots<Seen>) =>
  build
    .select({
      horizon: sql<string>`pg_snapshot_xmin(pg_current_snapshot())::text`.as('horizon'),
      subject_id: revocations.subject_id,
      change: sql<string>`${revocations.transaction_id}::text`.as('change'),
    })
    .from(sql`(select) as now`)
    .leftJoin(revocations, gte(revocations.transaction_id, since)),
);

const purge = forgetting(
  'tokens.purge',
  { table: revocations, key: revocations.subject_id },
  ({ before }: Slots<{ before: string }>) => lt(revocations.revoked_at, before),
);

/** Forgets what every token and memory of is over by now. @returns how many that were */
export const forgetRevocations = (
  db: Db,
  { keepMs }: Pick<Revocations, 'keepMs'>,
  signal?: AbortSignal,
) => purge(db, { before: new Date(Date.now() - keepMs).toISOString() }, signal);

type Known = {
  /** The transaction of the change, so that reading it again is no news; empty where not known yet. */
  readonly change: string;
  readonly heardAtMs: number;
};

/**
 * Loads the set and keeps it.
 *
 * @param lifetimeMs of an access token; what ended longer ago is forgotten
 */
export async function openRevocations(
  database: Database,
  lifetimeMs: number,
): Promise<Revocations> {
  const db: Db = database.as(system);
  const keepMs = lifetimeMs + marginMs;

  /** In the order in which they were heard of. */
  const known = new Map<string, Known>();
  let since = '0';
  let knownAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  function hear(id: string, change: string) {
    if (change && known.get(id)?.change === change) return;
    known.delete(id);
    known.set(id, { change, heardAtMs: performance.now() });
  }

  async function readOn() {
    const startedAt = performance.now();
    const rows = await read(db, { since });
    for (const { subject_id, change } of rows) if (subject_id) hear(subject_id, change);
    since = rows[0]?.horizon ?? since;
    knownAt = startedAt;
    forget(startedAt);
  }

  /** The first that stays ends the search. */
  function forget(now: number) {
    for (const [id, { heardAtMs }] of known) {
      if (heardAtMs + keepMs > now) break;
      known.delete(id);
    }
  }

  function confirm() {
    const age = performance.now() - knownAt;
    if (age < staleMs) return undefined;
    reading ??= readOn().finally(() => {
      reading = undefined;
    });
    if (age > unknownMs) return reading;
    reading.catch(() => {}); // whoever finds the set too old will ask again, and hear of it
    return undefined;
  }

  const lost = () => {
    since = '0'; // a database that was away may be another one, restored from before
    knownAt = Number.NEGATIVE_INFINITY;
  };
  const told = (payload: string) => {
    const [id = '', change = ''] = payload.split(' ');
    hear(id, change);
  };
  database.listen(revocationChannel, told, lost);
  await readOn();

  return {
    keepMs,
    has: (id) => known.has(id),
    changedSince: (readAtMs, ...ids) =>
      performance.now() - readAtMs >= lifetimeMs ||
      ids.some((id) => (known.get(id)?.heardAtMs ?? Number.NEGATIVE_INFINITY) >= readAtMs),
    add(ids) {
      for (const id of ids) hear(id, '');
    },
    confirm,
  };
}
