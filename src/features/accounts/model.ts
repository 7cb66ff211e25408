/** Accounts: what a person sends to sign up and to sign in, and what comes back. */
import { index, text, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { TokenPair, tokenPair } from '#features/sessions/model.ts';
import { Email, EmailTaken, FullName, User, users } from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { Input } from '#kernel/schema.ts';

export { EmailTaken, User };

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
  (table) => [index('one_time_tokens_user').on(table.user_id, table.purpose)],
);

const NewPassword = Type.String({ minLength: 8, maxLength: 128, writeOnly: true });
/** Old passwords may be shorter than new ones must be; the bound keeps hashing cheap. */
const Password = Type.String({ minLength: 1, maxLength: 128, writeOnly: true });

export const SignUp = Input('SignUp', {
  email: Email,
  password: NewPassword,
  full_name: Type.Optional(FullName),
});
export type SignUp = Static<typeof SignUp>;

export const Login = Input('Login', {
  email: Type.String({ minLength: 1, maxLength: 254 }),
  password: Password,
});
export type Login = Static<typeof Login>;

const optional = Type.Optional(Type.String({ maxLength: 255 }));

/** RFC 6749, section 4.3, with what clients send beside it. */
export const PasswordGrant = Input('PasswordGrant', {
  username: Type.String({ minLength: 1, maxLength: 254, description: 'The e-mail address.' }),
  password: Password,
  grant_type: Type.Optional(Type.String({ pattern: '^(password)?$' })),
  scope: optional,
  client_id: optional,
  client_secret: optional,
});

export { TokenPair };
export const SignedIn = Type.Object({ ...tokenPair, user: User }, { title: 'SignedIn' });

const wrong = 'Incorrect email or password';
export const WrongCredentials = problem(401, 'wrong_credentials', wrong);
/** The same in OAuth 2.0's dialect, which answers 400. */
export const InvalidGrant = problem(400, 'invalid_grant', wrong);
export const UserInactive = problem(403, 'user_inactive', 'This account is switched off');
