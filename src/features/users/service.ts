/** Users: the verbs. */
import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { one, type ProblemKind, Unauthenticated } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { hashPassword } from '#platform/crypto/password.ts';
import { canonicalEmail, EmailTaken, type User, users } from './model.ts';
import { refuseWeak } from './password-strength.ts';

export { isEmail } from './email.ts';

const { password_hash: _, ...seen } = getTableColumns(users);

const selectById = statement('users.byId', ({ id }: Slots<{ id: string }>) =>
  build.select(seen).from(users).where(eq(users.id, id)),
);

/** The caller's own account. */
export const me = async (db: Db): Promise<User> =>
  one(await selectById(db, { id: db.principal.userId }), Unauthenticated);

const selectByEmail = statement('users.byEmail', ({ email }: Slots<{ email: string }>) =>
  build.select().from(users).where(eq(users.email, email)),
);

/** The account with this e-mail, its password hash with it: for telling a password, and for nothing else. */
export async function findByEmail(db: Db, email: string) {
  const [user] = await selectByEmail(db, { email: canonicalEmail(email) });
  return user;
}

const selectWithHash = statement('users.withHash', ({ id }: Slots<{ id: string }>) =>
  build.select().from(users).where(eq(users.id, id)),
);

/** The caller's own account, as `findByEmail` gives it. */
export const findMe = async (db: Db) =>
  one(await selectWithHash(db, { id: db.principal.userId }), Unauthenticated);

const hold = statement(
  'users.hold',
  ({ id, email }: Slots<{ id?: string | undefined; email?: string | undefined }>) =>
    build
      .select()
      .from(users)
      .where(and(id && eq(users.id, id), email && eq(users.email, email), users.is_active))
      .for('no key update'),
);

/**
 * The account, if it is active, its password hash with it and its row held until the transaction
 * ends: no session of it is opened meanwhile, and nobody else changes it.
 */
export async function holdById(db: Db, id: string) {
  const [user] = await hold(db, { id });
  return user;
}

/** As `holdById`. */
export async function holdByEmail(db: Db, email: string) {
  const [user] = await hold(db, { email: canonicalEmail(email) });
  return user;
}

/**
 * The hash of a new password. Every new password passes here.
 *
 * @param owned the owner's e-mail address and names, which make bad passwords
 * @param field of the body that holds it
 * @throws WeakPassword
 */
export async function hashNewPassword(
  password: string,
  owned: readonly (string | null | undefined)[],
  field = 'password',
): Promise<string> {
  await refuseWeak(password, owned, field);
  return hashPassword(password);
}

type NewUser = {
  email: string;
  full_name?: string | null | undefined;
  is_superuser?: boolean;
  is_verified?: boolean;
};

const insert = statement(
  'users.insert',
  (row: Slots<Omit<typeof users.$inferInsert, 'created_at' | 'updated_at'>>) =>
    build
      .insert(users)
      .values(row as never)
      .onConflictDoNothing({ target: users.email })
      .returning(seen),
);

/**
 * Adds an account whose password was hashed before, outside the transaction.
 *
 * @param taken what to throw where there is one with this e-mail, also to the loser of two that race
 */
export async function add(
  db: Db,
  { email, ...rest }: NewUser & { password_hash: string },
  taken: ProblemKind = EmailTaken,
): Promise<User> {
  return one(await insert(db, { id: newId(), email: canonicalEmail(email), ...rest }), taken);
}

type Changed = {
  id: string;
  /** What must still be so. */
  old_hash?: string | undefined;
  old_email?: string | undefined;
  email?: string | undefined;
  full_name?: string | null | undefined;
  password_hash?: string | undefined;
  is_verified?: boolean | undefined;
};

const update = statement('users.change', ({ id, old_hash, old_email, ...fields }: Slots<Changed>) =>
  build
    .update(users)
    .set(fields)
    .where(
      and(
        eq(users.id, id),
        users.is_active,
        old_hash && eq(users.password_hash, old_hash),
        old_email && eq(users.email, old_email),
      ),
    )
    .returning(seen),
);

const uniqueViolation = '23505';

/** @throws EmailTaken where what is written meets an address that is there */
export const unlessTaken = <Result>(writing: Promise<Result>): Promise<Result> =>
  writing.catch((error) => {
    throw error.code === uniqueViolation ? EmailTaken() : error;
  });

/**
 * Changes an account that is active.
 *
 * @returns undefined where it is gone, switched off, or not any more what it must still be
 * @throws EmailTaken
 */
export async function change(db: Db, changed: Changed) {
  const [user] = await unlessTaken(update(db, changed));
  return user;
}

const drop = statement('users.remove', ({ id }: Slots<{ id: string }>) =>
  build.delete(users).where(eq(users.id, id)).returning({ id: users.id }),
);

/** Removes an account, and with it all that is its own. */
export const remove = async (db: Db, id: string): Promise<void> => void (await drop(db, { id }));

const selectSuperuser = statement('users.anySuperuser', (_none: Slots<object>) =>
  build.select({ id: users.id }).from(users).where(eq(users.is_superuser, sql`true`)).limit(1),
);

export const hasSuperuser = async (db: Db) => (await selectSuperuser(db, {})).length > 0;
