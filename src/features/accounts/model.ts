/** Accounts: what a person sends to sign up and to sign in, and what comes back. */
import { index, text, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { LastOwner } from '#features/organizations/model.ts';
import { SessionRefused, TokenPair, tokenPair } from '#features/sessions/model.ts';
import {
  Code,
  NoPassword,
  TwoFactorRequired,
  WrongCode,
  WrongPassword,
} from '#features/two-factor/model.ts';
import {
  Email,
  EmailTaken,
  FullName,
  NewPassword,
  Password,
  User,
  UserNotFound,
  users,
  WeakPassword,
} from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { personalPolicies } from '#kernel/row-security.ts';
import { Change, Input } from '#kernel/schema.ts';

export {
  EmailTaken,
  LastOwner,
  NoPassword,
  SessionRefused,
  TokenPair,
  TwoFactorRequired,
  User,
  UserNotFound,
  WeakPassword,
  WrongCode,
  WrongPassword,
};

/** What a link in a letter is good for. */
const purposes = ['verify_email', 'change_email', 'reset_password'] as const;

/** Each is good once, and gone then. */
export const oneTimeTokens = plinth.table(
  'one_time_tokens',
  {
    /** SHA-256 of the token, in base64url. */
    digest: text().primaryKey(),
    purpose: text({ enum: purposes }).notNull(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The address it was sent to, which whoever brings it back can read. */
    email: text().notNull(),
    created_at: instant('created_at').notNull().defaultNow(),
    expires_at: instant('expires_at').notNull(),
  },
  (table) => [
    index('one_time_tokens_user').on(table.user_id, table.purpose),
    ...personalPolicies('one_time_tokens'),
  ],
);
export type Purpose = (typeof purposes)[number];

/** What is typed where an account is looked for: whatever it is, the answer is the same. */
const AnyEmail = Type.String({ minLength: 1, maxLength: 254, examples: ['ada@example.com'] });
/** Where the account asks for one. */
const code = Type.Optional(Code);

export const SignUp = Input('SignUp', {
  email: Email,
  password: NewPassword,
  full_name: Type.Optional(FullName),
});
export type SignUp = Static<typeof SignUp>;

export const Login = Input('Login', {
  email: AnyEmail,
  password: Password,
  code,
});
export type Login = Static<typeof Login>;

const unused = Type.Optional(
  Type.String({ maxLength: 255, description: 'Accepted, and not used.', examples: [''] }),
);

/** RFC 6749, section 4.3, with what clients send beside it. */
export const PasswordGrant = Input('PasswordGrant', {
  username: Type.String({
    minLength: 1,
    maxLength: 254,
    description: 'The e-mail address.',
    examples: ['ada@example.com'],
  }),
  password: Password,
  code,
  grant_type: Type.Optional(
    Type.String({ pattern: '^(password)?$', description: 'May be empty.', examples: ['password'] }),
  ),
  scope: unused,
  client_id: unused,
  client_secret: unused,
});

export const SignedIn = Type.Object({ ...tokenPair, user: User }, { title: 'SignedIn' });

const wrong = 'Incorrect email or password';
export const WrongCredentials = problem(
  401,
  'wrong_credentials',
  wrong,
  'Ask for both again. It is said whether or not there is such an account.',
);
/** The same in OAuth 2.0's dialect, which answers 400. */
export const InvalidGrant = problem(
  400,
  'invalid_grant',
  wrong,
  'Ask for both again. It is said whether or not there is such an account.',
);
export const UserInactive = problem(403, 'user_inactive', 'This account is switched off');

const token = Type.String({
  minLength: 1,
  maxLength: 200,
  writeOnly: true,
  description: 'The `token` of the link in the letter.',
  examples: ['an-example-of-a-token-in-a-link'],
});
export const LinkToken = Input('LinkToken', { token });
export const Address = Input('Address', { email: AnyEmail });
export const PasswordReset = Input('PasswordReset', { token, new_password: NewPassword });
export type PasswordReset = Static<typeof PasswordReset>;
export const PasswordChange = Input('PasswordChange', {
  current_password: Password,
  new_password: NewPassword,
});
export type PasswordChange = Static<typeof PasswordChange>;
export const ProfileUpdate = Change('ProfileUpdate', { full_name: FullName, email: Email });
export type ProfileUpdate = Static<typeof ProfileUpdate>;

/** One answer for what was never made, was used, or is too old. */
export const InvalidToken = problem(
  400,
  'invalid_token',
  'Invalid token',
  'It was used, is too old, or never was: have a new letter sent.',
);
export const SamePassword = problem(
  400,
  'same_password',
  'New password cannot be the same as the current one',
  'Ask for another one.',
);
/** As the full-stack template's clients know it. */
export const UserExists = problem(
  400,
  'user_exists',
  'The user with this email already exists in the system',
  'Sign in instead, or use another address.',
);
export const SuperuserStays = problem(
  403,
  'superuser_stays',
  'Super users are not allowed to delete themselves',
);
