/** Accounts: the door. Signing up and signing in, in JSON and in OAuth 2.0's form. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { byLetter } from './by-letter.ts';
import { letters } from './letters.ts';
import { me } from './me.ts';
import {
  EmailTaken,
  InvalidGrant,
  Login,
  PasswordGrant,
  SessionRefused,
  SignedIn,
  SignUp,
  TokenPair,
  TwoFactorRequired,
  User,
  UserExists,
  UserInactive,
  WeakPassword,
  WrongCode,
  WrongCredentials,
} from './model.ts';
import * as accounts from './service.ts';

const withPassword = [UserInactive, TwoFactorRequired, WrongCode, SessionRefused];

export default feature({
  name: 'accounts',
  description: 'Signing up and signing in, and looking after the own account.',
  part: 'Signing in',
  letters,
  routes: {
    signUp: api.post('/auth/signup', {
      allow: 'public',
      limited: 'signup',
      summary: 'Sign up',
      description: 'A letter with a link that confirms the e-mail address is sent.',
      body: SignUp,
      answer: User,
      status: 201,
      problems: [EmailTaken, WeakPassword],
      creates: true,
      run: ({ db, ports, body }) => accounts.signUp(db, ports, body),
    }),

    register: api.post('/users/signup', {
      allow: 'public',
      limited: 'signup',
      summary: 'Sign up, as the full-stack template has it',
      body: SignUp,
      answer: User,
      problems: [UserExists, WeakPassword],
      creates: true,
      run: ({ db, ports, body }) => accounts.signUp(db, ports, body, UserExists),
    }),

    login: api.post('/auth/login', {
      allow: 'public',
      limited: 'login',
      summary: 'Sign in',
      body: Login,
      answer: SignedIn,
      problems: [WrongCredentials, ...withPassword],
      run: ({ db, ports, body }) => accounts.login(db, ports, body),
    }),

    loginByForm: api.post('/login/access-token', {
      allow: 'public',
      limited: 'login',
      summary: 'Sign in by OAuth 2.0 password form',
      body: PasswordGrant,
      encoding: 'form',
      answer: TokenPair,
      problems: [InvalidGrant, ...withPassword],
      run: ({ db, ports, body: { username: email, password, code } }) =>
        accounts.login(db, ports, { email, password, ...(code && { code }) }, InvalidGrant),
    }),

    ...byLetter,
    ...me,
  },
});
