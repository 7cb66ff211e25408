/**
 * The full-stack template's dialect: the door for the paths its web client calls. Signing in by form
 * is with the accounts, and the lists of users and items are with those.
 */
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { Message } from '#kernel/schema.ts';
import {
  EmailPath,
  InvalidToken,
  LetterPage,
  PasswordReset,
  TestEmailQuery,
  User,
  UserNotFound,
  WeakPassword,
} from './model.ts';
import * as template from './service.ts';

/** A header holds no more than ASCII. */
const ascii = (text: string) => text.replace(/[^ -~]/g, '?');

export default feature({
  name: 'full-stack-template',
  description: 'What the web client of the full-stack FastAPI template calls beside the rest.',
  part: 'Other dialects',
  superuserPermissions: ['mail:write'],
  routes: {
    testToken: api.post('/login/test-token', {
      allow: 'signed-in',
      summary: 'Whom my token speaks for',
      answer: User,
      run: ({ db }) => template.testToken(db),
    }),

    recoverPassword: api.post('/password-recovery/:email', {
      allow: 'public',
      limited: 'recovery',
      summary: 'Send a letter that sets a new password',
      description:
        'The answer and the time it takes are the same whether or not there is an account.',
      params: EmailPath,
      answer: Message,
      run: async ({ db, ports, params }) => {
        await template.requestPasswordReset(db, ports, params.email);
        return { message: 'If that email is registered, we sent a password recovery link' };
      },
    }),

    resetPassword: api.post('/reset-password/', {
      allow: 'public',
      limited: 'recovery',
      summary: 'Set a new password by the link of a letter',
      description: 'Every session of the account ends. A weak password leaves the link good.',
      body: PasswordReset,
      answer: Message,
      problems: [InvalidToken, WeakPassword],
      run: async ({ db, ports, body }) => {
        await template.resetPassword(db, ports, body);
        return { message: 'Password updated successfully' };
      },
    }),

    recoveryPage: api.post('/password-recovery-html-content/:email', {
      allow: 'users:manage',
      summary: 'Read the letter that sets a new password',
      description: 'Its link works. The subject is in the header `subject`.',
      params: EmailPath,
      answer: LetterPage,
      html: ({ html }) => html,
      headers: ({ subject }) => ({ subject: ascii(subject) }),
      problems: [UserNotFound],
      run: ({ db, ports, params }) => template.recoveryPage(db, ports, params.email),
    }),

    healthCheck: api.get('/utils/health-check/', {
      allow: 'public',
      summary: 'Whether the server answers',
      limited: false,
      answer: Type.Literal(true),
      run: () => true as const,
    }),

    testEmail: api.post('/utils/test-email/', {
      allow: 'mail:write',
      summary: 'Send a test e-mail',
      query: TestEmailQuery,
      answer: Message,
      status: 201,
      creates: true,
      run: async ({ db, ports, query }) => {
        await template.sendTest(db, ports, query.email_to);
        return { message: 'Test email sent' };
      },
    }),
  },
});
