/** Sessions: the verb of forgetting those that are over. */
import { and, lte, sql } from 'drizzle-orm';
import type { Db } from '#kernel/db.ts';
import { forgetting } from '#platform/db/forget.ts';
import { sessions } from './model.ts';
import { memory } from './opening.ts';

/** Who brings a refresh token of one that is gone hears the same as before: the session has ended. */
const forget = forgetting('sessions.forget', { table: sessions, key: sessions.id }, () =>
  and(
    lte(sessions.last_used_at, sql`now() - ${memory}`),
    sql`least(${sessions.ended_at}, ${sessions.expires_at}) <= now()`,
  ),
);

/**
 * Removes the sessions that are over, and so their refresh tokens, of which nothing else is kept; once
 * no device is known by them any more.
 *
 * @returns how many that were
 */
export const forgetSessions = (db: Db, signal?: AbortSignal): Promise<number> =>
  forget(db, {}, signal);
