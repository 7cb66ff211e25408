/** Accounts: the door for who forgot a password or was sent a letter. What asks never tells. */
import { api } from '#kernel/route.ts';
import { Message } from '#kernel/schema.ts';
import {
  Address,
  EmailTaken,
  InvalidToken,
  LinkToken,
  PasswordReset,
  WeakPassword,
} from './model.ts';
import * as accounts from './service.ts';

const onItsWay =
  'The answer and the time it takes are the same whether or not there is an account.';

export const byLetter = {
  resendVerification: api.post('/auth/resend-verification', {
    allow: 'public',
    limited: 'recovery',
    summary: 'Send the letter again that confirms an e-mail address',
    description: onItsWay,
    body: Address,
    answer: Message,
    run: async ({ db, ports, body }) => {
      await accounts.resendVerification(db, ports, body.email);
      return { message: 'If this address waits to be confirmed, a letter is on its way' };
    },
  }),

  verifyEmail: api.post('/auth/verify-email', {
    allow: 'public',
    summary: 'Confirm the e-mail address of a new account',
    body: LinkToken,
    answer: Message,
    problems: [InvalidToken],
    run: async ({ db, body }) => {
      await accounts.verifyEmail(db, body.token);
      return { message: 'Email verified successfully' };
    },
  }),

  forgotPassword: api.post('/auth/forgot-password', {
    allow: 'public',
    limited: 'recovery',
    summary: 'Send a letter that sets a new password',
    description: onItsWay,
    body: Address,
    answer: Message,
    run: async ({ db, ports, body }) => {
      await accounts.requestPasswordReset(db, ports, body.email);
      return { message: 'If there is such an account, a letter is on its way' };
    },
  }),

  resetPassword: api.post('/auth/reset-password', {
    allow: 'public',
    limited: 'recovery',
    summary: 'Set a new password by the link of a letter',
    description: 'Every session of the account ends. A weak password leaves the link good.',
    body: PasswordReset,
    answer: Message,
    problems: [InvalidToken, WeakPassword],
    run: async ({ db, ports, body }) => {
      await accounts.resetPassword(db, ports, body);
      return { message: 'Password updated successfully' };
    },
  }),

  confirmEmail: api.post('/auth/confirm-email', {
    allow: 'public',
    summary: 'Take over a new e-mail address',
    body: LinkToken,
    answer: Message,
    problems: [InvalidToken, EmailTaken],
    run: async ({ db, ports, body }) => {
      await accounts.confirmEmail(db, ports, body.token);
      return { message: 'Email updated successfully' };
    },
  }),
};
