/**
 * Invitations: the verbs. Whoever changes one holds the row of its organization before anything else: so
 * none wait in a circle, not even for who deletes the organization, and no two count the same.
 */
import { and, eq, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { hold, refuseBelow } from '#features/organizations/service.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { pages } from '#platform/db/page.ts';
import { type Invitation, InvitationNotFound, type InvitationQuery, invitations } from './model.ts';
import { inHours, type Link, mayGet, newLink, refuseUnverified, send, written } from './sending.ts';
import { isOf, isPending, type Within, within } from './which.ts';

export { accept, decline, preview } from './answering.ts';
export { forgetInvitations } from './forget.ts';
export { create } from './inviting.ts';

type Asked = Within & { id: string };
type Filter = Within & { state?: InvitationQuery['state'] };

const page = pages('invitations.list', invitations, ({ state, ...of }: Slots<Filter>) =>
  and(isOf(of, 'invitations:read'), state && eq(invitations.state, state)),
);

/**
 * Those of an organization.
 *
 * @throws OrganizationNotFound, RoleTooLow
 */
export async function list(db: Db, organization_id: string, { state, ...query }: InvitationQuery) {
  const found = await page(db, { ...within(db, organization_id), state }, query);
  if (found.data.length === 0) await refuseBelow(db, organization_id, 'invitations:read');
  return found;
}

/** The one that was changed. @throws RoleTooLow, InvitationNotFound */
async function changed<Row>(db: Db, organization_id: string, [row]: readonly Row[]): Promise<Row> {
  if (row) return row;
  await refuseBelow(db, organization_id, 'invitations:write');
  throw InvitationNotFound();
}

const select = statement('invitations.waiting', ({ id, ...of }: Slots<Asked>) =>
  build
    .select(written)
    .from(invitations)
    .where(and(eq(invitations.id, id), isOf(of, 'invitations:write'), isPending)),
);

const renew = statement(
  'invitations.resend',
  ({ id, hours, invited_by, digest, ...of }: Slots<Asked & Link>) =>
    build
      .update(invitations)
      .set({ invited_by, digest, expires_at: inHours(hours) })
      .where(and(eq(invitations.id, id), isOf(of, 'invitations:write'), isPending))
      .returning(written),
);

/**
 * Writes another letter, also where the one before is too old. Its link is the only one that works; where
 * the address got too many letters lately, none is written, and the one before works on.
 *
 * @throws OrganizationNotFound, RoleTooLow, InvitationNotFound, UnverifiedInviter
 */
export function resend(
  db: Db,
  ports: Ports,
  organization_id: string,
  id: string,
): Promise<Invitation> {
  const { token, link } = newLink(db, ports);
  return db.transaction(async (db) => {
    await hold(db, organization_id);
    const asked = { ...within(db, organization_id), id };
    const waiting = await changed(db, organization_id, await select(db, asked));
    if (!(await mayGet(db, waiting.email))) return waiting;
    const renewed = await changed(db, organization_id, await renew(db, { ...asked, ...link }));
    refuseUnverified(renewed);
    await send(db, ports, renewed, token);
    await audit.record(db, 'invitation.resent', { target_id: id, organization_id });
    return renewed;
  });
}

const change = statement('invitations.revoke', ({ id, ...of }: Slots<Asked>) =>
  build
    .update(invitations)
    .set({ state: sql`'revoked'` })
    .where(and(eq(invitations.id, id), isOf(of, 'invitations:write'), isPending))
    .returning({ id: invitations.id }),
);

/**
 * Makes the link worthless. The row stays, and says so.
 *
 * @throws OrganizationNotFound, RoleTooLow, InvitationNotFound
 */
export const revoke = (db: Db, organization_id: string, id: string): Promise<null> =>
  db.transaction(async (db) => {
    await hold(db, organization_id);
    const rows = await change(db, { ...within(db, organization_id), id });
    const { id: target_id } = await changed(db, organization_id, rows);
    await audit.record(db, 'invitation.revoked', { target_id, organization_id });
    return null;
  });
