/**
 * Better Auth's dialect: the door for its official client, as far as an e-mail address and a password
 * go. The client holds a session token and sends it as a bearer token: there are no cookies, which
 * other sites could make a browser send.
 */
import { feature } from '#kernel/feature.ts';
import type { ProblemBody } from '#kernel/problem.ts';
import { type Route, root } from '#kernel/route.ts';
import { sessionToken } from './authenticate.ts';
import * as devices from './devices.ts';
import {
  CurrentSession,
  Devices,
  Done,
  Exchanged,
  InvalidEmailOrPassword,
  NoPassword,
  PasswordChange,
  PasswordChanged,
  Revocation,
  SamePassword,
  SessionNotFound,
  SessionQuery,
  SessionRefused,
  SessionTokenNeeded,
  SignedIn,
  SignedOut,
  SignedUp,
  SignIn,
  SignUp,
  TwoFactorRequired,
  UserAlreadyExists,
  UserInactive,
  UserUpdate,
  WeakPassword,
  WrongCode,
  WrongPassword,
} from './model.ts';
import * as accounts from './service.ts';

/** Where the client's bearer way looks for the session token. */
const headers = ({ token }: { token: string }) => ({ 'set-auth-token': token });

const signingUp = {
  allow: 'public',
  limited: 'signup',
  body: SignUp,
  answer: SignedUp,
  headers,
  problems: [UserAlreadyExists, WeakPassword, SessionRefused],
} as const;

const done = { status: true } as const;

/** What it calls otherwise. */
const itsCodes: Readonly<Record<string, string>> = { wrong_password: 'INVALID_PASSWORD' };

/** The client shows `message`, and compares codes in capitals. */
const retell = (problem: ProblemBody) => ({
  ...problem,
  code: itsCodes[problem.code] ?? problem.code.toUpperCase(),
  message: problem.detail,
});

const inItsWords = (routes: Readonly<Record<string, Route>>): Record<string, Route> =>
  Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, { ...route, retell }]));

export default feature({
  name: 'better-auth',
  description:
    'What the official client of Better Auth calls. Problems have a `message` too, and their codes in capitals.',
  part: 'Other dialects',
  authenticate: sessionToken,
  routes: inItsWords({
    signUp: root.post('/api/auth/sign-up/email', {
      ...signingUp,
      summary: 'Sign up and in',
      description: 'The session token is in `token` and in the header `set-auth-token`.',
      run: ({ db, ports, body }) => accounts.signUp(db, ports, body),
    }),

    signUpShort: root.post('/api/auth/signup', {
      ...signingUp,
      summary: 'Sign up and in, by a shorter name',
      run: ({ db, ports, body }) => accounts.signUp(db, ports, body),
    }),

    signIn: root.post('/api/auth/sign-in/email', {
      allow: 'public',
      limited: 'login',
      summary: 'Sign in',
      description: 'The session token is in `token` and in the header `set-auth-token`.',
      body: SignIn,
      answer: SignedIn,
      headers,
      problems: [
        InvalidEmailOrPassword,
        UserInactive,
        TwoFactorRequired,
        WrongCode,
        SessionRefused,
      ],
      run: ({ db, ports, body }) => accounts.signIn(db, ports, body),
    }),

    signOut: root.post('/api/auth/sign-out', {
      allow: 'public',
      summary: 'Sign out, if signed in',
      answer: SignedOut,
      run: async ({ db, ports }) => {
        await devices.signOut(db, ports);
        return { success: true } as const;
      },
    }),

    getSession: root.get('/api/auth/get-session', {
      allow: 'public',
      summary: 'My session and account, or null',
      query: SessionQuery,
      answer: CurrentSession,
      run: ({ db, ports }) => devices.current(db, ports),
    }),

    token: root.get('/api/auth/token', {
      allow: 'signed-in',
      summary: 'Exchange the session token for an access token',
      answer: Exchanged,
      problems: [SessionTokenNeeded],
      run: ({ db, ports }) => accounts.exchange(db, ports),
    }),

    listSessions: root.get('/api/auth/list-sessions', {
      allow: 'signed-in',
      summary: 'My sessions, newest first',
      answer: Devices,
      run: ({ db }) => devices.list(db),
    }),

    revokeSession: root.post('/api/auth/revoke-session', {
      allow: 'signed-in',
      summary: 'End one of my sessions',
      body: Revocation,
      answer: Done,
      problems: [SessionNotFound],
      run: async ({ db, ports, body }) => {
        await devices.revoke(db, ports, body.token);
        return done;
      },
    }),

    revokeSessions: root.post('/api/auth/revoke-sessions', {
      allow: 'signed-in',
      summary: 'End all my sessions, this one too',
      answer: Done,
      run: async ({ db, ports }) => {
        await devices.revokeAll(db, ports);
        return done;
      },
    }),

    revokeOtherSessions: root.post('/api/auth/revoke-other-sessions', {
      allow: 'signed-in',
      summary: 'End all my other sessions',
      answer: Done,
      run: async ({ db, ports }) => {
        await devices.revokeOthers(db, ports);
        return done;
      },
    }),

    updateUser: root.post('/api/auth/update-user', {
      allow: 'signed-in',
      summary: 'Change my name',
      body: UserUpdate,
      answer: Done,
      run: async ({ db, ports, body }) => {
        await accounts.updateUser(db, ports, body);
        return done;
      },
    }),

    changePassword: root.post('/api/auth/change-password', {
      allow: 'signed-in',
      summary: 'Change my password',
      description: 'All other sessions end; the one that asks keeps its token.',
      body: PasswordChange,
      answer: PasswordChanged,
      problems: [NoPassword, WrongPassword, SamePassword, WeakPassword],
      run: ({ db, ports, body }) => accounts.changePassword(db, ports, body),
    }),
  }),
});
