/** Invitations: the verb of forgetting those that are long over. */
import { sql } from 'drizzle-orm';
import type { Db } from '#kernel/db.ts';
import { forgetting } from '#platform/db/forget.ts';
import { invitations } from './model.ts';

/** Whatever came of it: the audit log of the organization tells of it still. */
const forget = forgetting(
  'invitations.forget',
  { table: invitations, key: invitations.id },
  () => sql`${invitations.expires_at} <= now() - interval '90 days'`,
);

/** Removes the invitations that expired ninety days ago. @returns how many that were */
export const forgetInvitations = (db: Db, signal?: AbortSignal): Promise<number> =>
  forget(db, {}, signal);
