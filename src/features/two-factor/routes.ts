/** Two-factor: the door. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { Message } from '#kernel/schema.ts';
import * as enrolment from './enrolment.ts';
import { letters } from './letters.ts';
import {
  EmailNotVerified,
  Enrolment,
  IncorrectCode,
  NoPassword,
  RecoveryCodes,
  TwoFactorBegin,
  TwoFactorConfirm,
  TwoFactorEnabled,
  TwoFactorNotBegun,
  TwoFactorNotEnabled,
  TwoFactorProof,
  WrongPassword,
} from './model.ts';
import * as recovery from './recovery.ts';

const proofProblems = [NoPassword, WrongPassword, IncorrectCode, TwoFactorNotEnabled];

export default feature({
  name: 'two-factor',
  description: 'Codes of an authenticator app, asked for beside the password.',
  part: 'Your account',
  letters,
  routes: {
    begin: api.post('/auth/two-factor', {
      allow: 'signed-in',
      summary: 'Ask for a secret for my authenticator app',
      description: 'Nothing changes until it is confirmed. Asked again, it makes another secret.',
      body: TwoFactorBegin,
      answer: Enrolment,
      problems: [NoPassword, WrongPassword, EmailNotVerified, TwoFactorEnabled],
      run: ({ db, ports, body }) => enrolment.begin(db, ports, body.password),
    }),

    confirm: api.post('/auth/two-factor/confirm', {
      allow: 'signed-in',
      summary: 'Switch it on by the first code',
      description: 'Ends my other sessions, and shows my recovery codes this once.',
      body: TwoFactorConfirm,
      answer: RecoveryCodes,
      problems: [IncorrectCode, TwoFactorNotBegun, TwoFactorEnabled],
      run: ({ db, ports, body }) => enrolment.confirm(db, ports, body.code),
    }),

    renewRecoveryCodes: api.post('/auth/two-factor/recovery-codes', {
      allow: 'signed-in',
      summary: 'Replace my recovery codes',
      body: TwoFactorProof,
      answer: RecoveryCodes,
      problems: proofProblems,
      run: ({ db, ports, body }) => recovery.renewRecoveryCodes(db, ports, body),
    }),

    switchOff: api.delete('/auth/two-factor', {
      allow: 'signed-in',
      summary: 'Switch it off',
      body: TwoFactorProof,
      answer: Message,
      problems: proofProblems,
      run: ({ db, ports, body }) => recovery.switchOff(db, ports, body),
    }),
  },
});
