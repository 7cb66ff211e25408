/** Invitations: the link of a letter, and the letter. */
import { eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import * as mail from '#features/mail/service.ts';
import { organizations } from '#features/organizations/model.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import type { Slots } from '#kernel/statement.ts';
import { invitationLetter } from './letters.ts';
import { type Invitation, invitations, TooManyLetters } from './model.ts';

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
const inviterOf = build
  .select({ full_name: users.full_name })
  .from(users)
  .where(eq(users.id, invitations.invited_by));

/** What a statement returns of an invitation that a letter is to be written for. */
export const written = {
  ...columns,
  organization: sql<string>`(${nameOf})`.as('organization'),
  inviter: sql<string | null>`(${inviterOf})`.as('inviter'),
};
type Written = Invitation & { organization: string; inviter: string | null };

/** @throws TooManyLetters, in the transaction of what it tells of */
export async function send(db: Db, ports: Ports, invitation: Written, token: string) {
  const { email } = invitation;
  const letter = invitationLetter(ports.settings, invitation, token);
  if (!(await mail.mayGet(db, email, letter))) throw TooManyLetters();
  await mail.send(db, ports, email, letter);
}
