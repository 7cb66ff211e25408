/** Two-factor: the letters that tell the owner of an account of a change. */
import type { Letter } from '#features/mail/service.ts';

const closing = 'If this was not you, set a new password at once and end all your sessions.';

export const switchedOn: Letter = {
  subject: 'Two-factor authentication is on',
  greeting: 'Hello,',
  paragraphs: [
    'Signing in to your account now takes a code of your authenticator app as well.',
    'Your other devices were signed out. Keep your recovery codes where you find them without your phone.',
  ],
  closing,
};

export const switchedOff: Letter = {
  subject: 'Two-factor authentication is off',
  greeting: 'Hello,',
  paragraphs: ['Signing in to your account takes your password alone again.'],
  closing,
};
