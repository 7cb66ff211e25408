/** Two-factor: the authenticator app a person added, and the codes for the day it is lost. */
import { bigint, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { Type } from 'typebox';
import { Password, users } from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { personalPolicies } from '#kernel/row-security.ts';
import { Input } from '#kernel/schema.ts';

const owner = () =>
  uuid()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });

export const authenticators = plinth.table(
  'authenticators',
  {
    user_id: owner().primaryKey(),
    /** The secret of RFC 6238, sealed with the server's. */
    sealed_secret: text().notNull(),
    /** Since when it is asked for; null until its first code proved that it works. */
    confirmed_at: instant('confirmed_at'),
    /** The time step of the last code that was taken: no code is taken twice. */
    last_step: bigint({ mode: 'number' }).notNull().default(0),
    created_at: instant('created_at').notNull().defaultNow(),
  },
  () => personalPolicies('authenticators'),
);

/** Each is good once, and gone then. */
export const recoveryCodes = plinth.table(
  'recovery_codes',
  {
    user_id: owner(),
    /** SHA-256 of the code. */
    digest: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.user_id, table.digest] }),
    ...personalPolicies('recovery_codes'),
  ],
);

/** As it is typed: six digits of the app, or a recovery code, with spaces or dashes or none. */
export const Code = Type.String({
  minLength: 6,
  maxLength: 40,
  writeOnly: true,
  description: 'Six digits of the authenticator app, or a recovery code.',
  examples: ['123456', 'k3rt-7qza-m2vn-x5bd'],
});
export const TwoFactorBegin = Input('TwoFactorBegin', { password: Password });
export const TwoFactorConfirm = Input('TwoFactorConfirm', { code: Code });
export const TwoFactorProof = Input('TwoFactorProof', { password: Password, code: Code });

export const Enrolment = Type.Object(
  {
    secret: Type.String({
      description: 'In base32, for who types it.',
      examples: ['JBSWY3DPEHPK3PXP'],
    }),
    url: Type.String({
      description: 'The same as `otpauth://`, to be shown as a QR code.',
      examples: ['otpauth://totp/Plinth:ada@example.com?secret=JBSWY3DPEHPK3PXP&issuer=Plinth'],
    }),
  },
  { title: 'Enrolment' },
);
export const RecoveryCodes = Type.Object(
  {
    recovery_codes: Type.Array(Type.String(), {
      examples: [['k3rt-7qza-m2vn-x5bd', 'w8hy-2pcf-t6jg-9sne']],
      description: 'Each is good once in place of a code of the app. They are not shown again.',
    }),
  },
  { title: 'RecoveryCodes' },
);

export const TwoFactorRequired = problem(
  401,
  'two_factor_required',
  'A code of your authenticator app is needed',
  'Ask for the code, and send the request again with `code`.',
);
export const WrongCode = problem(
  401,
  'wrong_code',
  'This code is wrong, or was used before',
  'Ask for the code again.',
);
/** The same to who is signed in, as 400: by a 401 a client would take the session for ended. */
export const IncorrectCode = problem(
  400,
  'incorrect_code',
  WrongCode.title,
  'Ask for the code again.',
);
export const WrongPassword = problem(
  400,
  'wrong_password',
  'Incorrect password',
  'Ask for the password again.',
);
export const NoPassword = problem(
  409,
  'no_password',
  'This account has no password; set one first',
);
export const EmailNotVerified = problem(
  409,
  'email_not_verified',
  'Confirm your e-mail address first',
);
export const TwoFactorEnabled = problem(
  409,
  'two_factor_enabled',
  'Two-factor authentication is on already',
  'There is nothing to do.',
);
export const TwoFactorNotEnabled = problem(
  409,
  'two_factor_not_enabled',
  'Two-factor authentication is not on',
  'There is nothing to do.',
);
export const TwoFactorNotBegun = problem(
  409,
  'two_factor_not_begun',
  'Ask for a secret first, and add it to your authenticator app',
);
