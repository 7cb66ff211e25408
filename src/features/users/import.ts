/** Users: bringing in the accounts of another system, many at a time. */
import { sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import type { ForeignUser } from './foreign-user.ts';
import { users } from './model.ts';

type Given = audit.Teller & { rows: string };

/**
 * Accounts, and a line of the audit log for each. An id that is taken already is given up for another.
 */
const insertMany = statement('users.import', ({ rows, ...teller }: Slots<Given>) => {
  // Every column, in the order of the table: the builder takes no fewer.
  const given = build
    .select({
      // An id of an organization would be taken for the organization itself.
      id: sql`case when exists (select from ${users} where ${users.id} = given.id)
          or exists (select from "plinth"."organizations" where id = given.id)
        then given.other_id else given.id end`.as('id'),
      email: sql`given.email`.as('email'),
      full_name: sql`given.full_name`.as('full_name'),
      password_hash: sql`given.password_hash`.as('password_hash'),
      is_active: sql`given.is_active`.as('is_active'),
      is_superuser: sql`given.is_superuser`.as('is_superuser'),
      is_verified: sql`given.is_verified`.as('is_verified'),
      two_factor_enabled: sql`false`.as('two_factor_enabled'),
      created_at: sql`coalesce(given.created_at, now())`.as('created_at'),
      updated_at: sql`now()`.as('updated_at'),
      version: sql`1`.as('version'),
    })
    .from(
      sql`json_to_recordset(${rows}::json) as given (id uuid, other_id uuid, email text,
        full_name text, password_hash text, is_active boolean, is_superuser boolean,
        is_verified boolean, created_at timestamptz)`,
    );
  const made = build.$with('made').as(
    build
      .insert(users)
      .select(given as never)
      .onConflictDoNothing()
      .returning({
        email: users.email,
        actor_id: sql`null::uuid`.as('actor_id'),
        target_id: sql`${users.id}`.as('target_id'),
      }),
  );
  const each = { ...teller, told_id: sql<string>`gen_random_uuid()` };
  const told = build.$with('told').as(audit.entryOf(made, 'user.imported', each));
  return build.with(made, told).select({ email: made.email }).from(made);
});

export type Imported = {
  readonly imported: number;
  /** An account with this e-mail was there before, or came earlier in the same import. */
  readonly already_there: number;
  /** Superusers where they come from, and not here. */
  readonly not_superusers: number;
  /** They need a letter to set one. */
  readonly without_password: number;
  /** Their second factor stays behind. */
  readonly without_two_factor: number;
};

/**
 * Brings accounts in, all of them or none. Who is there already is left as they are, so it may be
 * done again.
 *
 * @param withSuperusers whether the superusers of the other system are superusers here
 */
export async function importUsers(
  db: Db,
  given: readonly ForeignUser[],
  withSuperusers: boolean,
): Promise<Imported> {
  const byEmail = new Map<string, ForeignUser>();
  for (const user of given) if (!byEmail.has(user.email)) byEmail.set(user.email, user);
  const ids = new Set<string | null>([null]);
  const rows = Array.from(byEmail.values(), (user) => {
    const other_id = newId();
    const id = ids.has(user.id) ? other_id : user.id;
    ids.add(id);
    return { ...user, id, other_id, is_superuser: withSuperusers && user.is_superuser };
  });
  const inserted = await insertMany(db, { rows: JSON.stringify(rows), ...audit.teller(db) });
  const made = inserted.flatMap(({ email }) => byEmail.get(email) ?? []);
  return {
    imported: made.length,
    already_there: given.length - made.length,
    not_superusers: withSuperusers ? 0 : made.filter((user) => user.is_superuser).length,
    without_password: made.filter((user) => user.password_hash === null).length,
    without_two_factor: made.filter((user) => user.had_two_factor).length,
  };
}
