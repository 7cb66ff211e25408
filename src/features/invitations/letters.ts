/** Invitations: the wording of the letter, with the names that people typed into it. */
import { type Letter, lasting, linkTo } from '#features/mail/service.ts';
import type { Settings } from '#kernel/ports.ts';
import type { Invitation } from './model.ts';

/** The same for all, which tells letters of this kind. */
export const subject = 'You are invited to join an organization';

const longestName = 64;

/**
 * A name that somebody chose, in a letter to somebody they chose: words, and nothing that a program for
 * mail makes a link of, writes the other way round or breaks the line at.
 */
function harmless(name: string | null, otherwise: string): string {
  const words = (name ?? '')
    .replace(/[^\p{L}\p{M}\p{N} .,'’&()_-]|\.(?=\S)/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return [...words].slice(0, longestName).join('').trim() || otherwise;
}

type Invited = Pick<Invitation, 'role'> & {
  readonly organization: string;
  /** Null where the account has none. */
  readonly inviter: string | null;
};

export function invitationLetter(
  settings: Settings,
  { organization, inviter, role }: Invited,
  token: string,
): Letter {
  const who = harmless(inviter, 'Somebody');
  const where = harmless(organization, 'an organization');
  const as = role === 'admin' ? 'an admin' : 'a member';
  return {
    subject,
    greeting: 'Hello,',
    paragraphs: [
      `“${who}” invites you to join “${where}” at ${settings.PROJECT_NAME} as ${as}.`,
      'Names are written as people gave them. If you do not know who invites you, do nothing.',
    ],
    action: {
      label: 'Answer the invitation',
      url: linkTo(settings, 'accept-invitation', token),
    },
    closing: lasting(settings.INVITATION_EXPIRE_HOURS),
  };
}
