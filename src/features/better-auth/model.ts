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
import { Email } from '#features/users/model.ts';
import { problem } from '#kernel/problem.ts';
import { Change, Id, Input, Nullable, Query, Timestamp } from '#kernel/schema.ts';

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
    name: Type.String(),
    image: Type.Null(),
    emailVerified: Type.Boolean(),
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
    }),
    userId: Id,
    expiresAt: Timestamp,
    createdAt: Timestamp,
    updatedAt: Timestamp,
    ipAddress: Type.String(),
    userAgent: Nullable(Type.String()),
  },
  { title: 'BetterAuthSession' },
);
export const Devices = Type.Array(Device);

export const CurrentSession = Nullable(
  Type.Object({ session: Device, user: Person }, { title: 'BetterAuthCurrentSession' }),
);

const token = Type.String({ description: 'The session token, to be sent as a bearer token.' });
export const SignedUp = Type.Object({ token, user: Person }, { title: 'BetterAuthSignedUp' });
export const SignedIn = Type.Object(
  { redirect: Type.Literal(false), token, user: Person },
  { title: 'BetterAuthSignedIn' },
);
export const Exchanged = Type.Object(
  { token: Type.String({ description: 'An access token (a JWT).' }) },
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

const NewPassword = Type.String({ minLength: 8, maxLength: 128, writeOnly: true });
const Password = Type.String({ minLength: 1, maxLength: 128, writeOnly: true });
const Name = Type.String({ maxLength: 255 });
/** What the client sends and this server does without. */
const unused = <Schema extends Type.TSchema>(schema: Schema) =>
  Type.Optional({ ...schema, description: 'Accepted, and not used.' });
const image = unused(Nullable(Type.String({ maxLength: 2048 })));
const signing = {
  callbackURL: unused(Type.String({ maxLength: 2048 })),
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
  email: Type.String({ minLength: 1, maxLength: 254 }),
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
