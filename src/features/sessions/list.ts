/** Sessions: the list of devices, as their owner reads it. */
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Db } from '#kernel/db.ts';
import type { Slots } from '#kernel/statement.ts';
import { pages } from '#platform/db/page.ts';
import { deviceOf } from './device.ts';
import { type SessionQuery, sessions } from './model.ts';

const page = pages('sessions.list', sessions, ({ user_id }: Slots<{ user_id: string }>) =>
  and(
    eq(sessions.user_id, user_id),
    isNull(sessions.ended_at),
    gt(sessions.expires_at, sql`now()`),
  ),
);

/** The caller's sessions that are alive. */
export async function list(db: Db, query: SessionQuery) {
  const { sessionId, userId: user_id } = db.principal;
  const { data, ...rest } = await page(db, { user_id }, query);
  const devices = data.map((session) => ({
    ...session,
    ...deviceOf(session.user_agent),
    current: session.id === sessionId,
  }));
  return { data: devices, ...rest };
}
