/** Invitations: which of them a statement means, as part of its WHERE. */
import { and, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Db } from '#kernel/db.ts';
import type { Permission } from '#kernel/principal.ts';
import type { Slots } from '#kernel/statement.ts';
import { type Asking, asking, mayIn } from '#platform/db/tenancy.ts';
import { invitations } from './model.ts';

/** An organization, and who asks for its invitations. */
export type Within = Asking & { organization_id: string };

export const within = (db: Db, organization_id: string): Within => ({
  organization_id,
  ...asking(db),
});

/** Of this organization, where the caller has the permission there. */
export const isOf = (
  { organization_id, caller }: Slots<Within>,
  permission: Permission,
): SQL | undefined =>
  and(eq(invitations.organization_id, organization_id), mayIn(caller, organization_id, permission));

export const isPending = eq(invitations.state, sql`'pending'`);

/** It waits for an answer, and is not too old for one. */
export const isAlive = and(isPending, gt(invitations.expires_at, sql`now()`));
