/** Two-factor: the letters that tell the owner of an account of a change. */
import { type Texts, writer } from '#features/mail/service.ts';
import type { Letter, LetterSample } from '#kernel/letter.ts';
import type { Settings } from '#kernel/ports.ts';

type At = { project: string };

const unlessYou = 'If this was not you, set a new password at once and end all your sessions.';
const because = ({ project }: At) =>
  `You get this letter because you have an account at ${project}, so that nobody changes it unseen.`;

const en = {
  'two-factor-on': (at: At) => ({
    subject: 'Two-factor authentication is on',
    preview: 'Signing in now takes a code of your authenticator app as well.',
    paragraphs: [
      `Signing in to your account at ${at.project} now takes a code of your authenticator app as well.`,
      'Your other devices were signed out. Keep your recovery codes where you find them without your phone.',
    ],
    closing: unlessYou,
    why: because(at),
  }),
  'two-factor-off': (at: At) => ({
    subject: 'Two-factor authentication is off',
    preview: 'Signing in takes your password alone again.',
    paragraphs: [`Signing in to your account at ${at.project} takes your password alone again.`],
    closing: unlessYou,
    why: because(at),
  }),
};

const texts: Texts<typeof en> = { en };
const write = writer(texts);

export const switchedOn = ({ PROJECT_NAME: project }: Settings): Letter =>
  write('two-factor-on', { project });

export const switchedOff = ({ PROJECT_NAME: project }: Settings): Letter =>
  write('two-factor-off', { project });

export const letters: readonly LetterSample[] = [switchedOn, switchedOff];
