/** Sessions: the verbs. */
import { and, eq, gt, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';
import type { Client } from '#kernel/route.ts';
import type { PageQuery } from '#kernel/schema.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { pages } from '#platform/db/page.ts';
import { sessions } from './model.ts';

type NewSession = Omit<typeof sessions.$inferInsert, 'created_at'>;

const insert = statement('sessions.insert', (row: Slots<NewSession>) =>
  build
    .insert(sessions)
    .values(row as never)
    .returning({ id: sessions.id }),
);

const dayMs = 86_400_000;

/**
 * Signs a device in.
 *
 * @returns the id of the session
 */
export async function open(db: Db, { clock, settings }: Ports, user_id: string, client: Client) {
  const id = newId();
  const lifetimeMs = settings.REFRESH_TOKEN_EXPIRE_DAYS * dayMs;
  await insert(db, {
    id,
    user_id,
    address: client.address,
    user_agent: client.userAgent,
    expires_at: new Date(clock.now() + lifetimeMs).toISOString(),
  });
  return id;
}

const page = pages('sessions.list', sessions, ({ user_id }: Slots<{ user_id: string }>) =>
  and(eq(sessions.user_id, user_id), gt(sessions.expires_at, sql`now()`)),
);

/** The caller's sessions that have not expired. */
export const list = (db: Db, query: PageQuery) => page(db, { user_id: db.principal.userId }, query);
