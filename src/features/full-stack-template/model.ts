/** The full-stack template's dialect: what its web client sends and reads beside the rest of the API. */
import { Type } from 'typebox';
import {
  InvalidToken,
  PasswordReset,
  User,
  UserNotFound,
  WeakPassword,
} from '#features/accounts/model.ts';
import { Email } from '#features/users/model.ts';
import { Query } from '#kernel/schema.ts';

export { InvalidToken, PasswordReset, User, UserNotFound, WeakPassword };

/** Whatever is typed: the answer is the same. */
export const EmailPath = Type.Object({
  email: Type.String({
    minLength: 1,
    maxLength: 254,
    description: 'Of the account.',
    examples: ['ada@example.com'],
  }),
});

export const TestEmailQuery = Query({ email_to: Email });

export const LetterPage = Type.Object(
  { subject: Type.String(), html: Type.String() },
  { title: 'LetterPage' },
);
