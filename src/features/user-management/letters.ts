/** User management: the letter to who was given an account. */
import type { Letter } from '#features/mail/service.ts';
import type { Settings } from '#kernel/ports.ts';

/** The password is not in it: letters are kept, and read by others. */
export const newAccountLetter = ({ PROJECT_NAME, FRONTEND_HOST }: Settings): Letter => ({
  subject: `Your account at ${PROJECT_NAME}`,
  greeting: 'Hello,',
  paragraphs: [
    `An account at ${PROJECT_NAME} was made for you with this e-mail address.`,
    'Sign in with the password you were told, or ask for a new one where you sign in.',
  ],
  action: { label: 'Sign in', url: `${FRONTEND_HOST.replace(/\/+$/, '')}/login` },
});
