/** User management: the verb of changing an account, and what follows from it. */
import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import { addressChangedLetter, passwordChangedLetter } from '#features/accounts/service.ts';
import * as audit from '#features/audit/service.ts';
import * as mail from '#features/mail/service.ts';
import * as sessions from '#features/sessions/service.ts';
import { changed } from '#features/tokens/service.ts';
import { canonicalEmail, users } from '#features/users/model.ts';
import { hashNewPassword, unlessTaken } from '#features/users/service.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { dropLinks, type HeldUser, hold, someoneRemains, transactionOf } from './hold.ts';
import { LastSuperuser, type User, UserNotFound, type UserUpdate } from './model.ts';
import { find } from './service.ts';

const { password_hash: _, ...seen } = getTableColumns(users);

type Row = Omit<UserUpdate, 'password' | 'email'> & {
  id: string;
  email?: string | undefined;
  password_hash?: string | undefined;
  /** Present where the change may leave a superuser less: these are not counted. */
  without?: readonly string[] | undefined;
};

const change = statement(
  'user-management.update',
  ({ id, email, without, ...fields }: Slots<Row>) =>
    build
      .update(users)
      .set({
        ...fields,
        // Another address is one nobody has confirmed yet.
        ...(email && {
          email,
          is_verified: sql`${users.is_verified} and ${users.email} = ${email}`,
        }),
      })
      .where(and(eq(users.id, id), without && someoneRemains(without)))
      .returning(seen),
);

/**
 * Changes the fields that are given. Whoever is switched off, gets another role or another password is
 * signed out everywhere.
 *
 * @throws UserNotFound, EmailTaken, WeakPassword, LastSuperuser
 */
export async function update(
  db: Db,
  ports: Ports,
  id: string,
  { password, email: given, ...fields }: UserUpdate,
): Promise<User> {
  const email = given && canonicalEmail(given);
  const password_hash = password && (await hashFor(db, id, password, [email, fields.full_name]));
  const lessens = fields.is_active === false || fields.is_superuser === false;
  const row = { ...fields, id, email, password_hash, ...(lessens && { without: [id] }) };
  return transactionOf(db, 'user.updated', [id], async (db) => {
    const held = { ids: [id], ...(lessens && { superusers_too: true as const }) };
    const before = one(await hold(db, held), UserNotFound);
    await sessions.confirmActor(db, true);
    const user = one(await unlessTaken(change(db, row)), LastSuperuser);
    await follow(db, ports, before, user, password_hash !== undefined);
    return user;
  });
}

/** Hashed before the transaction, for that takes a while. */
async function hashFor(
  db: Db,
  id: string,
  password: string,
  owned: Parameters<typeof hashNewPassword>[1],
) {
  const { email, full_name } = await find(db, id);
  return hashNewPassword(password, [email, full_name, ...owned]);
}

/** What a change entails, in its transaction. */
async function follow(
  db: Db,
  ports: Ports,
  before: HeldUser,
  user: User,
  isNewPassword: boolean,
): Promise<void> {
  const { id } = user;
  const differs = (name: 'email' | 'full_name' | 'is_superuser' | 'is_active') =>
    before[name] !== user[name];
  if (differs('is_active') || differs('is_superuser') || isNewPassword) {
    await sessions.end(db, ports, { user_id: id });
    await changed(db, ports, id);
  }
  // Links lead to the address of before, and would undo what was changed.
  if (differs('email') || differs('is_active') || isNewPassword) {
    await dropLinks(db, { ids: [id] });
  }
  const { settings } = ports;
  if (differs('email')) await mail.send(db, ports, before.email, addressChangedLetter(settings));
  if (isNewPassword) await mail.send(db, ports, user.email, passwordChangedLetter(settings));
  const fields = (['email', 'full_name', 'is_superuser'] as const).filter(differs);
  const names = [...fields, ...(isNewPassword ? ['password'] : [])];
  if (names.length > 0) {
    await audit.record(db, 'user.updated', { target_id: id, detail: { fields: names } });
  }
  if (differs('is_active')) {
    await audit.record(db, user.is_active ? 'user.activated' : 'user.deactivated', {
      target_id: id,
    });
  }
}
