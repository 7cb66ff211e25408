/**
 * The sessions that ended, held by each process so that no request has to ask.
 *
 * Peers are told at once over the database's notifications, which may be lost. So the set also counts
 * as known only up to the last time the table was read: a request that comes later than that waits
 * for another reading. Under load that is a few small statements a second; while idle it is none.
 */
import { gte, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import type { Database } from '#kernel/ports.ts';
import { system } from '#kernel/principal.ts';
import type { Revocations } from '#kernel/revocations.ts';
import { type Slots, statement } from '#kernel/statement.ts';
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
      session_id: revocations.session_id,
    })
    .from(sql`(select) as now`)
    .leftJoin(revocations, gte(revocations.transaction_id, since)),
);

const purge = statement('tokens.purge', ({ before }: Slots<{ before: string }>) =>
  build.delete(revocations).where(sql`${revocations.revoked_at} < ${before}`),
);

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
  await purge(db, { before: new Date(Date.now() - keepMs).toISOString() });

  const ended = new Map<string, number>();
  let since = '0';
  let knownAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const add = (ids: readonly string[]) => {
    const until = performance.now() + keepMs;
    for (const id of ids) ended.set(id, until);
  };

  async function readOn() {
    const startedAt = performance.now();
    const rows = await read(db, { since });
    add(rows.flatMap(({ session_id }) => session_id ?? []));
    since = rows[0]?.horizon ?? since;
    knownAt = startedAt;
    forget(startedAt);
  }

  /** Entries are in the order of their end, so the first that stays ends the search. */
  function forget(now: number) {
    for (const [id, until] of ended) {
      if (until > now) break;
      ended.delete(id);
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
  database.listen(revocationChannel, (session_id) => add([session_id]), lost);
  await readOn();
  return { has: (id) => ended.has(id), add, confirm };
}
