/** Accounts: what a person sends to sign up and to sign in, and what comes back. */
import { type Static, Type } from 'typebox';
import { TokenPair, tokenPair } from '#features/sessions/model.ts';
import { Email, EmailTaken, FullName, User } from '#features/users/model.ts';
import { problem } from '#kernel/problem.ts';
import { Input } from '#kernel/schema.ts';

export { EmailTaken, User };

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
