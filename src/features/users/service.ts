/** Users: the verbs. */
import { eq, getTableColumns, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { one, Unauthenticated } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { hashPassword } from '#platform/crypto/password.ts';
import { canonicalEmail, EmailTaken, type User, users } from './model.ts';

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

/** The account with this e-mail, its password hash with it: for signing in, and for nothing else. */
export async function findByEmail(db: Db, email: string) {
  const [user] = await selectByEmail(db, { email: canonicalEmail(email) });
  return user;
}

type NewUser = {
  email: string;
  password: string;
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

/** @throws EmailTaken, also to the loser of two that race */
export async function create(db: Db, { password, email, ...rest }: NewUser): Promise<User> {
  const password_hash = await hashPassword(password);
  const row = { id: newId(), email: canonicalEmail(email), password_hash, ...rest };
  return one(await insert(db, row), EmailTaken);
}

const selectSuperuser = statement('users.anySuperuser', (_none: Slots<object>) =>
  build.select({ id: users.id }).from(users).where(eq(users.is_superuser, sql`true`)).limit(1),
);

export const hasSuperuser = async (db: Db) => (await selectSuperuser(db, {})).length > 0;
