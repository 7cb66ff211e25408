/** User management: the verbs of finding accounts and of making them. */
import { and, eq, getTableColumns } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import * as mail from '#features/mail/service.ts';
import { confirmActor } from '#features/sessions/service.ts';
import { users } from '#features/users/model.ts';
import * as accounts from '#features/users/service.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { NotFound, one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { anywhere, oneIsLike } from '#platform/db/filters.ts';
import { pages } from '#platform/db/page.ts';
import { newAccountLetter } from './letters.ts';
import {
  NotPrivileged,
  type PrivateUserCreate,
  type User,
  type UserCreate,
  UserExists,
  UserNotFound,
  type UserQuery,
} from './model.ts';

type Filter = {
  pattern?: string | undefined;
  is_active?: boolean | undefined;
  is_superuser?: boolean | undefined;
};

const page = pages(
  'user-management.list',
  users,
  ({ pattern, is_active, is_superuser }: Slots<Filter>) =>
    and(
      oneIsLike(pattern, users.email, users.full_name),
      is_active && eq(users.is_active, is_active),
      is_superuser && eq(users.is_superuser, is_superuser),
    ),
);

/** Everybody's accounts, newest first. */
export function list(db: Db, { search, is_active, is_superuser, ...query }: UserQuery) {
  return page(db, { pattern: anywhere(search), is_active, is_superuser }, query);
}

const { password_hash: _, ...seen } = getTableColumns(users);
type Visible = { id: string; only?: string | undefined };

const select = statement('user-management.get', ({ id, only }: Slots<Visible>) =>
  build
    .select(seen)
    .from(users)
    .where(and(eq(users.id, id), only && eq(users.id, only))),
);

/** Anybody's account. @throws UserNotFound */
export const find = async (db: Db, id: string): Promise<User> =>
  one(await select(db, { id }), UserNotFound);

/**
 * An account: anybody's for a superuser, else the caller's own.
 *
 * @throws UserNotFound to superusers, and NotPrivileged to all others, whether or not it is there
 */
export async function get(db: Db, id: string): Promise<User> {
  const { superuser, userId } = db.principal;
  return superuser ? find(db, id) : one(await select(db, { id, only: userId }), NotPrivileged);
}

/**
 * Makes an account for somebody, who is told of it by a letter; the password is not in it.
 *
 * @throws UserExists, WeakPassword
 */
export const create = (db: Db, ports: Ports, input: UserCreate): Promise<User> =>
  add(db, input, async (db, { email }) => {
    await confirmActor(db, true);
    await mail.send(db, ports, email, newAccountLetter(ports.settings));
  });

/**
 * Makes an account for tests of an application, without a letter, and without asking who asks.
 *
 * @throws UserExists, WeakPassword
 * @throws NotFound outside of development, where there is no such route
 */
export async function createPrivately(
  db: Db,
  { settings }: Ports,
  input: PrivateUserCreate,
): Promise<User> {
  if (settings.ENVIRONMENT !== 'development') throw NotFound('No such route');
  return add(db, input, async () => {});
}

async function add(
  db: Db,
  { password, ...row }: UserCreate | PrivateUserCreate,
  tell: (db: Db, user: User) => Promise<void>,
): Promise<User> {
  const password_hash = await accounts.hashNewPassword(password, [row.email, row.full_name]);
  return db.transaction(async (db) => {
    const user = await accounts.add(db, { ...row, password_hash }, UserExists);
    const { id: target_id, is_superuser } = user;
    await audit.record(db, 'user.created', { target_id, detail: { is_superuser } });
    await tell(db, user);
    return user;
  });
}
