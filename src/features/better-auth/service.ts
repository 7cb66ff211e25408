/** Better Auth's dialect: the verbs of the accounts, in its words. */
import * as accounts from '#features/accounts/service.ts';
import * as sessions from '#features/sessions/service.ts';
import type { User } from '#features/users/model.ts';
import * as users from '#features/users/service.ts';
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import {
  InvalidEmailOrPassword,
  type PasswordChange,
  type Person,
  SessionTokenNeeded,
  type SignIn,
  type SignUp,
  UserAlreadyExists,
  type UserUpdate,
} from './model.ts';
import { holdsSession } from './principals.ts';
import { makeSessionToken, type SessionClaim, sessionTokenPurpose } from './session-token.ts';

/** An account as the client knows it; no pictures are kept. */
export const personOf = ({
  id,
  email,
  full_name,
  is_verified,
  created_at,
  updated_at,
}: Pick<
  User,
  'id' | 'email' | 'full_name' | 'is_verified' | 'created_at' | 'updated_at'
>): Person => ({
  id,
  email,
  name: full_name ?? '',
  image: null,
  emailVerified: is_verified,
  createdAt: created_at,
  updatedAt: updated_at,
});

const sessionTokenOf = ({ keyFor }: Ports, claim: SessionClaim): string =>
  makeSessionToken(keyFor(sessionTokenPurpose), claim);

/**
 * Signs up and in.
 *
 * @throws UserAlreadyExists, WeakPassword, SessionRefused, TooManyRequests
 */
export async function signUp(db: Db, ports: Ports, { email, password, name }: SignUp) {
  const row = { email, password, full_name: name || null };
  const user = await accounts.signUp(db, ports, row, UserAlreadyExists);
  const { session_id } = await sessions.open(db, ports, { user_id: user.id });
  const token = sessionTokenOf(ports, { session_id, user_id: user.id });
  return { token, user: personOf(user) };
}

/** @throws InvalidEmailOrPassword, and what else `accounts.login` throws */
export async function signIn(db: Db, ports: Ports, { email, password, code }: SignIn) {
  const given = { email, password, ...(code && { code }) };
  const { session_id, user } = await accounts.login(db, ports, given, InvalidEmailOrPassword);
  const token = sessionTokenOf(ports, { session_id, user_id: user.id });
  return { redirect: false, token, user: personOf(user) } as const;
}

/**
 * An access token for the session token that was sent.
 *
 * @throws SessionTokenNeeded to who sent something else
 */
export async function exchange({ principal }: Db, { tokens }: Ports) {
  if (!holdsSession(principal)) throw SessionTokenNeeded();
  const { userId: user_id, sessionId: session_id, superuser } = principal;
  const { access_token } = await tokens.issue({ user_id, session_id, superuser });
  return { token: access_token };
}

/** Changes the caller's name. */
export async function updateUser(db: Db, ports: Ports, { name }: UserUpdate): Promise<void> {
  if (name !== undefined) await accounts.updateProfile(db, ports, { full_name: name || null });
}

/**
 * Changes the caller's password. The session that asks goes on with its token; the others end.
 *
 * @throws WrongPassword, SamePassword, WeakPassword, TooManyRequests
 */
export async function changePassword(
  db: Db,
  ports: Ports,
  { currentPassword: current_password, newPassword: new_password }: PasswordChange,
) {
  await accounts.changePassword(db, ports, { current_password, new_password });
  return { token: null, user: personOf(await users.me(db)) };
}
