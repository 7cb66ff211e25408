/** Better Auth's dialect: its shapes of the wire, in camel case as its client reads them. */
import { type Static, Type } from 'typebox';
import {
  NoPassword,
  SamePassword,
  SessionRefused,
  TwoFactorRequired,
  UserInactive,
  WeakPassword,
  WrongCode,
  WrongPassword,
} from '#features/accounts/model.ts';
import { SessionNotFound } from '#features/sessions/model.ts';
import { Code } from '#features/two-factor/model.ts';
import { Email, NewPassword, Password } from '#features/users/model.ts';
import { problem } from '#kernel/problem.ts';
import { Change, Expiry, Id, Input, Nullable, Query, Timestamp } from '#kernel/schema.ts';

export {
  NoPassword,
  SamePassword,
  SessionNotFound,
  SessionRefused,
  TwoFactorRequired,
  UserInactive,
  WeakPassword,
  WrongCode,
  WrongPassword,
};

export const Person = Type.Object(
  {
    id: Id,
    email: Email,
    name: Type.String({ examples: ['Ada Lovelace'] }),
    image: Type.Null({ description: 'Accounts have none.' }),
    emailVerified: Type.Boolean({ description: 'Whether the e-mail address was confirmed.' }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  { title: 'BetterAuthUser' },
);
export type Person = Static<typeof Person>;

const Device = Type.Object(
  {
    id: Id,
    token: Type.String({
      description: 'Names the session for `revoke-session`: its id, and no secret.',
      examples: ['019a9c5e-3f3a-7f1e-8ceb-bd1410ab417e'],
    }),
    userId: Id,
    expiresAt: Expiry,
    createdAt: Timestamp,
    updatedAt: Timestamp,
    ipAddress: Type.String({ examples: ['203.0.113.7'] }),
    userAgent: Nullable(
      Type.String({ examples: ['Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0'] }),
    ),
  },
  { title: 'BetterAuthSession' },
);
export const Devices = Type.Array(Device);

export const CurrentSession = Nullable(
  Type.Object({ session: Device, user: Person }, { title: 'BetterAuthCurrentSession' }),
);

const token = Type.String({
  description: 'The session token, to be sent as a bearer token.',
  examples: ['an-example-of-a-session-token'],
});
export const SignedUp = Type.Object({ token, user: Person }, { title: 'BetterAuthSignedUp' });
export const SignedIn = Type.Object(
  { redirect: Type.Literal(false), token, user: Person },
  { title: 'BetterAuthSignedIn' },
);
export const Exchanged = Type.Object(
  {
    token: Type.String({
      description: 'An access token (a JWT).',
      examples: ['eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'],
    }),
  },
  { title: 'BetterAuthToken' },
);
export const PasswordChanged = Type.Object(
  { token: Type.Null(), user: Person },
  { title: 'BetterAuthPasswordChanged' },
);
export const Done = Type.Object({ status: Type.Literal(true) }, { title: 'BetterAuthStatus' });
export const SignedOut = Type.Object(
  { success: Type.Literal(true) },
  { title: 'BetterAuthSuccess' },
);

const Name = Type.String({ maxLength: 255, examples: ['Ada Lovelace'] });
/** What the client sends and this server does without. */
const unused = <Schema extends Type.TSchema>(schema: Schema) =>
  Type.Optional({ ...schema, description: 'Accepted, and not used.' });
const image = unused(Nullable(Type.String({ maxLength: 2048 }), { examples: [null] }));
const signing = {
  callbackURL: unused(Type.String({ maxLength: 2048, examples: ['/'] })),
  rememberMe: unused(Type.Boolean()),
};

export const SignUp = Input('BetterAuthSignUp', {
  email: Email,
  password: NewPassword,
  name: Type.Optional(Name),
  image,
  ...signing,
});
export type SignUp = Static<typeof SignUp>;

export const SignIn = Input('BetterAuthSignIn', {
  email: Type.String({ minLength: 1, maxLength: 254, examples: ['ada@example.com'] }),
  password: Password,
  code: Type.Optional(Code),
  ...signing,
});
export type SignIn = Static<typeof SignIn>;

export const SessionQuery = Query({
  disableCookieCache: unused(Type.Boolean()),
  disableRefresh: unused(Type.Boolean()),
});

export const Revocation = Input('BetterAuthRevocation', {
  token: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'The `token` of a session in the list, or the session token one holds.',
    examples: ['019a9c5e-3f3a-7f1e-8ceb-bd1410ab417e'],
  }),
});

export const UserUpdate = Change('BetterAuthUserUpdate', { name: Name, image });
export type UserUpdate = Static<typeof UserUpdate>;

export const PasswordChange = Input('BetterAuthPasswordChange', {
  currentPassword: Password,
  newPassword: NewPassword,
  revokeOtherSessions: Type.Optional(Type.Boolean({ description: 'Accepted; they always end.' })),
});
export type PasswordChange = Static<typeof PasswordChange>;

export const InvalidEmailOrPassword = problem(
  401,
  'invalid_email_or_password',
  'Invalid email or password',
  'Ask for both again. It is said whether or not there is such an account.',
);
export const UserAlreadyExists = problem(
  422,
  'user_already_exists_use_another_email',
  'There is an account with this e-mail; use another',
);
/** Else a stolen access token would be good for as long as the session. */
export const SessionTokenNeeded = problem(
  403,
  'session_token_needed',
  'Send the session token; an access token is not exchanged for another',
);
