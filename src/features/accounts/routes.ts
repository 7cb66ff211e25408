/** Accounts: the door. Signing up and signing in, in JSON and in OAuth 2.0's form. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import {
  EmailTaken,
  InvalidGrant,
  Login,
  PasswordGrant,
  SignedIn,
  SignUp,
  TokenPair,
  User,
  UserInactive,
  WrongCredentials,
} from './model.ts';
import * as accounts from './service.ts';

export default feature({
  name: 'accounts',
  description: 'Signing up and signing in.',
  routes: {
    signUp: api.post('/auth/signup', {
      allow: 'public',
      summary: 'Sign up',
      body: SignUp,
      answer: User,
      status: 201,
      problems: [EmailTaken],
      run: ({ db, body }) => accounts.signUp(db, body),
    }),

    login: api.post('/auth/login', {
      allow: 'public',
      summary: 'Sign in',
      body: Login,
      answer: SignedIn,
      problems: [WrongCredentials, UserInactive],
      run: ({ db, ports, body }) => accounts.login(db, ports, body),
    }),

    loginByForm: api.post('/login/access-token', {
      allow: 'public',
      summary: 'Sign in by OAuth 2.0 password form',
      body: PasswordGrant,
      encoding: 'form',
      answer: TokenPair,
      problems: [InvalidGrant, UserInactive],
      run: ({ db, ports, body: { username: email, password } }) =>
        accounts.login(db, ports, { email, password }, InvalidGrant),
    }),
  },
});
