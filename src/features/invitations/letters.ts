/** Invitations: the wording of the letter, with the names that people typed into it. */
import { linkTo, phrases, type Texts, writer } from '#features/mail/service.ts';
import type { Letter, LetterSample } from '#kernel/letter.ts';
import type { Settings } from '#kernel/ports.ts';
import type { Invitation } from './model.ts';

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
  const shown = [...words].slice(0, longestName).join('').trim();
  return shown ? `“${shown}”` : otherwise;
}

type Invited = Pick<Invitation, 'role'> & {
  readonly organization: string;
  /** Null where the account has none. */
  readonly inviter: string | null;
};

const roles = { admin: 'an admin', member: 'a member' };
const { lasting } = phrases.en;

const en = {
  invitation: ({ organization, inviter, role, project, hours }: Told) => ({
    subject: 'You are invited to join an organization',
    preview: `Accept or decline an invitation at ${project}.`,
    paragraphs: [
      `${harmless(inviter, 'Somebody')} invites you to join ${harmless(organization, 'an organization')} at ${project} as ${roles[role]}.`,
      'Names are written as people gave them. If you do not know who invites you, do nothing.',
    ],
    action: 'Answer the invitation',
    closing: lasting(hours),
    why: `You get this letter because somebody at ${project} gave this address to invite you.`,
  }),
};
type Told = Invited & { project: string; hours: number };

const texts: Texts<typeof en> = { en };
const write = writer(texts);

export const kind = 'invitation';

export const invitationLetter = (settings: Settings, invited: Invited, token: string): Letter =>
  write(
    kind,
    { ...invited, project: settings.PROJECT_NAME, hours: settings.INVITATION_EXPIRE_HOURS },
    { url: linkTo(settings, 'accept-invitation', token), mayDecline: true },
  );

const token = 'a-token-of-a-link-that-opens-nothing-at-all';
const sample = { organization: 'Ink & Paper', inviter: 'Ada Lovelace', role: 'admin' } as const;

export const letters: readonly LetterSample[] = [
  (settings) => invitationLetter(settings, sample, token),
  (settings) => invitationLetter(settings, { ...sample, inviter: null, role: 'member' }, token),
];
