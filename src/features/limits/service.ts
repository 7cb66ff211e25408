/** Limits: the verb of forgetting counts. */
import { lt, sql } from 'drizzle-orm';
import type { Db } from '#kernel/db.ts';
import { forgetting } from '#platform/db/forget.ts';
import { limitCounts } from './model.ts';

/** One that is over by less may still be read by a process whose clock is behind. */
const marginMs = 3_600_000;

const drop = forgetting('limits.forget', { table: limitCounts, key: limitCounts.key }, () =>
  lt(limitCounts.expire, sql`extract(epoch from now()) * 1000 - ${sql.raw(`${marginMs}`)}`),
);

/** Removes the counts whose time is long over. @returns how many that were */
export const forgetCounts = (db: Db, signal?: AbortSignal): Promise<number> => drop(db, {}, signal);
