/** Idempotency: the verbs of keeping a first answer, finding it again, and forgetting it after a day. */
import { createHmac } from 'node:crypto';
import { and, eq, gt, lt, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { IdempotencyKeyInUse, IdempotencyKeyReused, one, Unavailable } from '#kernel/problem.ts';
import type { Given, Repeatable, Replays } from '#kernel/replays.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { seal, unseal } from '#platform/crypto/seal.ts';
import { forgetting } from '#platform/db/forget.ts';
import { idempotencyKeys } from './model.ts';

const dayAgo = sql`now() - interval '24 hours'`;

const select = statement('idempotency.find', ({ digest }: Slots<{ digest: string }>) =>
  build
    .select({ request: idempotencyKeys.request, answer: idempotencyKeys.answer })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.digest, digest), gt(idempotencyKeys.created_at, dayAgo))),
);

/** One process at a time, until its transaction ends. */
const lock = statement('idempotency.begin', ({ digest }: Slots<{ digest: string }>) =>
  build
    .select({
      free: sql<boolean>`pg_try_advisory_xact_lock(hashtextextended(${digest}::text, 0))`.as(
        'free',
      ),
    })
    .from(sql`(select) as one_row`),
);

type Row = { digest: string; caller_id: string; request: string; answer: string };

const insert = statement('idempotency.keep', (row: Slots<Row>) =>
  build
    .insert(idempotencyKeys)
    .values(row)
    .onConflictDoUpdate({
      target: idempotencyKeys.digest,
      // What is there is older than a day: a younger one was found before.
      set: { ...row, created_at: sql`now()` },
    })
    .returning({ digest: idempotencyKeys.digest }),
);

/** @param key of 32 bytes, of this purpose alone */
export function openReplays(key: Buffer): Replays {
  const mac = (...parts: readonly string[]) =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest();
  const digestOf = ({ caller, key }: Repeatable) => mac('key', caller, key).toString('base64url');
  const requestOf = ({ request }: Repeatable) => mac('request', request).toString('base64url');
  // Who reads the table and knows the server's secret lacks the caller's key still.
  const sealedBy = ({ caller, key }: Repeatable) => mac('seal', caller, key);

  return {
    async find(db, asked) {
      const [kept] = await select(db, { digest: digestOf(asked) });
      if (!kept) return undefined;
      if (kept.request !== requestOf(asked)) throw IdempotencyKeyReused();
      return JSON.parse(unseal(sealedBy(asked), kept.answer)) as Given;
    },
    async begin(db, asked) {
      const { free } = one(await lock(db, { digest: digestOf(asked) }), Unavailable);
      if (!free) throw IdempotencyKeyInUse();
    },
    async keep(db, asked, given) {
      const { organizationId, userId } = db.principal;
      const row = {
        digest: digestOf(asked),
        caller_id: organizationId ?? userId,
        request: requestOf(asked),
        answer: seal(sealedBy(asked), JSON.stringify(given)),
      };
      await insert(db, row);
    },
  };
}

const drop = forgetting(
  'idempotency.forget',
  { table: idempotencyKeys, key: idempotencyKeys.digest },
  () => lt(idempotencyKeys.created_at, dayAgo),
);

/** Removes the answers that are older than a day. @returns how many that were */
export const forgetReplays = (db: Db, signal?: AbortSignal): Promise<number> =>
  drop(db, {}, signal);
