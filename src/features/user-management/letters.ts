/** User management: the letter to who was given an account. */
import { type Texts, writer } from '#features/mail/service.ts';
import type { Letter, LetterSample } from '#kernel/letter.ts';
import type { Settings } from '#kernel/ports.ts';

const en = {
  /** The password is not in it: letters are kept, and read by others. */
  'new-account': ({ project }: { project: string }) => ({
    subject: `Your account at ${project}`,
    preview: 'An account was made for you. Sign in with this address.',
    paragraphs: [
      `An account at ${project} was made for you with this e-mail address.`,
      'Sign in with the password you were told, or ask for a new one where you sign in.',
    ],
    action: 'Sign in',
    why: `You get this letter because somebody who runs ${project} gave you an account.`,
  }),
};

const texts: Texts<typeof en> = { en };
const write = writer(texts);

export const newAccountLetter = ({ PROJECT_NAME: project, FRONTEND_HOST }: Settings): Letter =>
  write('new-account', { project }, { url: `${FRONTEND_HOST.replace(/\/+$/, '')}/login` });

export const letters: readonly LetterSample[] = [newAccountLetter];
