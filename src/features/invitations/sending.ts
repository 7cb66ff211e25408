/** Invitations: the link of a letter, and the letter. */
import { eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import * as mail from '#features/mail/service.ts';
import { organizations } from '#features/organizations/model.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import type { Slots } from '#kernel/statement.ts';
import { invitationLetter, kind } from './letters.ts';
import { type Invitation, invitations, UnverifiedInviter } from './model.ts';

/** What a letter makes good: who sends it is who invites. */
export type Link = { invited_by: string; digest: string; hours: number };

/** The token of a letter of the caller's, and what is kept of it. */
export function newLink({ principal }: Db, { settings }: Ports) {
  const token = mail.newToken();
  const hours = settings.INVITATION_EXPIRE_HOURS;
  const link: Link = { invited_by: principal.userId, digest: mail.digestOf(token), hours };
  return { token, link };
}

export const inHours = (hours: Slots<Link>['hours']): SQL<string> =>
  sql`now() + ${hours} * interval '1 hour'`;

const { digest: _, ...columns } = getTableColumns(invitations);
const nameOf = build
  .select({ name: organizations.name })
  .from(organizations)
  .where(eq(organizations.id, invitations.organization_id));
const inviterOf = (column: typeof users.full_name | typeof users.is_verified) =>
  build
    .select({ value: sql`${column}`.as('value') })
    .from(users)
    .where(eq(users.id, invitations.invited_by));

/** What a statement returns of an invitation that a letter is to be written for. */
export const written = {
  ...columns,
  organization: sql<string>`(${nameOf})`.as('organization'),
  inviter: sql<string | null>`(${inviterOf(users.full_name)})`.as('inviter'),
  inviter_is_verified: sql<boolean>`(${inviterOf(users.is_verified)})`.as('inviter_is_verified'),
};
type Written = Invitation & {
  organization: string;
  inviter: string | null;
  inviter_is_verified: boolean;
};

/**
 * Whether the address may get another letter. It is not flooded: past a few none is written, and nothing
 * said, since who invites need not know who else does.
 */
export const mayGet = (db: Db, email: string) => mail.mayGet(db, email, { kind });

/** @throws UnverifiedInviter, in the transaction of what it refuses */
export function refuseUnverified({ inviter_is_verified }: Written): void {
  if (!inviter_is_verified) throw UnverifiedInviter();
}

export const send = (db: Db, ports: Ports, invitation: Written, token: string) =>
  mail.send(db, ports, invitation.email, invitationLetter(ports.settings, invitation, token));
