/**
 * Accounts: the wording of the letters. Nothing that a caller typed is in them: whoever signs up with
 * the address of another must not choose what the other reads.
 */
import { type Letter, lasting, linkTo } from '#features/mail/service.ts';
import type { Settings } from '#kernel/ports.ts';

const greeting = 'Hello,';

/** To a new account, and to one that asks again. */
export const verificationLetter = (settings: Settings, token: string): Letter => ({
  subject: 'Confirm your e-mail address',
  greeting,
  paragraphs: [
    `An account at ${settings.PROJECT_NAME} was made with this e-mail address.`,
    'If it is yours, confirm the address; if it is not, do nothing.',
  ],
  action: { label: 'Confirm the address', url: linkTo(settings, 'verify-email', token) },
  closing: lasting(settings.EMAIL_VERIFY_TOKEN_EXPIRE_HOURS),
});

/** To who forgot a password. */
export const resetLetterOf = (settings: Settings, token: string): Letter => ({
  subject: 'Set a new password',
  greeting,
  paragraphs: [
    `A new password was asked for your account at ${settings.PROJECT_NAME}.`,
    'If it was not you, do nothing: the password stays as it is.',
  ],
  action: { label: 'Set a new password', url: linkTo(settings, 'reset-password', token) },
  closing: lasting(settings.EMAIL_RESET_TOKEN_EXPIRE_HOURS),
});

/** To the owner, after every change of the password. */
export const passwordChangedLetter = (settings: Settings): Letter => ({
  subject: 'Your password was changed',
  greeting,
  paragraphs: [
    `The password of your account at ${settings.PROJECT_NAME} was changed just now.`,
    'If it was not you, set another one at once: ask for it where you sign in.',
  ],
});

/** To the address an account is to have. */
export const newAddressLetter = (settings: Settings, token: string): Letter => ({
  subject: 'Confirm your new e-mail address',
  greeting,
  paragraphs: [
    `Somebody wants to use this e-mail address for an account at ${settings.PROJECT_NAME}.`,
    'If it was you, confirm the address; if it was not, do nothing.',
  ],
  action: { label: 'Confirm the address', url: linkTo(settings, 'confirm-email', token) },
  closing: lasting(settings.EMAIL_VERIFY_TOKEN_EXPIRE_HOURS),
});

/** To the address it has until then. */
export const oldAddressLetter = (settings: Settings): Letter => ({
  subject: 'A new e-mail address for your account',
  greeting,
  paragraphs: [
    `Somebody who is signed in to your account at ${settings.PROJECT_NAME} wants it to have another e-mail address.`,
    'If it was not you, change your password: that also makes the link worthless that was sent to the other address.',
  ],
});

/** To the address an account had until now. */
export const addressChangedLetter = (settings: Settings): Letter => ({
  subject: 'Your account has another e-mail address',
  greeting,
  paragraphs: [
    `Your account at ${settings.PROJECT_NAME} has another e-mail address from now on; this one is not used any more.`,
    'If it was not you, tell whoever runs the service.',
  ],
});
