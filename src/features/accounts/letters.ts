/**
 * Accounts: the wording of the letters. Nothing that a caller typed is in them: whoever signs up with
 * the address of another must not choose what the other reads.
 */
import { linkTo, phrases, type Texts, writer } from '#features/mail/service.ts';
import type { Letter, LetterSample } from '#kernel/letter.ts';
import type { Settings } from '#kernel/ports.ts';

const { lasting } = phrases.en;
type At = { project: string };
type Linked = At & { hours: number };

const en = {
  verification: ({ project, hours }: Linked) => ({
    subject: 'Confirm your e-mail address',
    preview: `Show that this address is yours, and your account at ${project} is ready.`,
    paragraphs: [
      `An account at ${project} was made with this e-mail address.`,
      'If it is yours, confirm the address; if it is not, do nothing.',
    ],
    action: 'Confirm the address',
    closing: lasting(hours),
    why: `You get this letter because somebody signed up at ${project} with this address.`,
  }),
  'password-reset': ({ project, hours }: Linked) => ({
    subject: 'Set a new password',
    preview: 'A link to set a new password. If you did not ask for it, do nothing.',
    paragraphs: [
      `A new password was asked for your account at ${project}.`,
      'If it was not you, do nothing: the password stays as it is.',
    ],
    action: 'Set a new password',
    closing: lasting(hours),
    why: `You get this letter because somebody asked for a new password at ${project}.`,
  }),
  'password-changed': ({ project }: At) => ({
    subject: 'Your password was changed',
    preview: 'If it was not you, set another one at once.',
    paragraphs: [
      `The password of your account at ${project} was changed just now.`,
      'If it was not you, set another one at once: ask for it where you sign in.',
    ],
    why: `You get this letter because you have an account at ${project}, so that nobody changes it unseen.`,
  }),
  'email-change': ({ project, hours }: Linked) => ({
    subject: 'Confirm your new e-mail address',
    preview: `Show that this address is yours, and your account at ${project} has it.`,
    paragraphs: [
      `Somebody wants to use this e-mail address for an account at ${project}.`,
      'If it was you, confirm the address; if it was not, do nothing.',
    ],
    action: 'Confirm the address',
    closing: lasting(hours),
    why: `You get this letter because somebody gave this address at ${project}.`,
  }),
  'email-change-asked': ({ project }: At) => ({
    subject: 'A new e-mail address for your account',
    preview: 'If it was not you, change your password.',
    paragraphs: [
      `Somebody who is signed in to your account at ${project} wants it to have another e-mail address.`,
      'If it was not you, change your password: that also makes the link worthless that was sent to the other address.',
    ],
    why: `You get this letter because you have an account at ${project}, so that nobody changes it unseen.`,
  }),
  'email-changed': ({ project }: At) => ({
    subject: 'Your account has another e-mail address',
    preview: 'This address is not used any more.',
    paragraphs: [
      `Your account at ${project} has another e-mail address from now on; this one is not used any more.`,
      'If it was not you, tell whoever runs the service.',
    ],
    why: `You get this letter because this was the address of an account at ${project} until now.`,
  }),
};

const texts: Texts<typeof en> = { en };
const write = writer(texts);

/** To a new account, and to one that asks again. */
export const verificationLetter = (settings: Settings, token: string): Letter =>
  write(
    'verification',
    { project: settings.PROJECT_NAME, hours: settings.EMAIL_VERIFY_TOKEN_EXPIRE_HOURS },
    { url: linkTo(settings, 'verify-email', token) },
  );

/** To who forgot a password. */
export const resetLetterOf = (settings: Settings, token: string): Letter =>
  write(
    'password-reset',
    { project: settings.PROJECT_NAME, hours: settings.EMAIL_RESET_TOKEN_EXPIRE_HOURS },
    { url: linkTo(settings, 'reset-password', token) },
  );

/** To the owner, after every change of the password. */
export const passwordChangedLetter = ({ PROJECT_NAME: project }: Settings): Letter =>
  write('password-changed', { project });

/** To the address an account is to have. */
export const newAddressLetter = (settings: Settings, token: string): Letter =>
  write(
    'email-change',
    { project: settings.PROJECT_NAME, hours: settings.EMAIL_VERIFY_TOKEN_EXPIRE_HOURS },
    { url: linkTo(settings, 'confirm-email', token) },
  );

/** To the address it has until then. */
export const oldAddressLetter = ({ PROJECT_NAME: project }: Settings): Letter =>
  write('email-change-asked', { project });

/** To the address an account had until now. */
export const addressChangedLetter = ({ PROJECT_NAME: project }: Settings): Letter =>
  write('email-changed', { project });

const token = 'a-token-of-a-link-that-opens-nothing-at-all';

export const letters: readonly LetterSample[] = [
  (settings) => verificationLetter(settings, token),
  (settings) => resetLetterOf(settings, token),
  passwordChangedLetter,
  (settings) => newAddressLetter(settings, token),
  oldAddressLetter,
  addressChangedLetter,
];
