/** The local user of a person whom another issuer vouches for; made when they are first seen. */
import { eq, notExists, type SQL, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { canonicalEmail, users } from '#features/users/model.ts';
import { isEmail } from '#features/users/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { Unavailable } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { identities } from './model.ts';

type Identity = { readonly issuer: string; readonly subject: string };

/** A person in the words of their issuer, which may be anything. */
export type Person = Identity & {
  readonly email?: unknown;
  readonly name?: unknown;
  /** Whether the issuer says that the address is theirs. */
  readonly verified?: boolean;
};

/** What the column and the paths that name a user hold. */
const maxSubjectLength = 255;
const maxNameLength = 255;
const control = /\p{Cc}/u;

/** Whether PostgreSQL keeps it as it is, so that no two subjects become one. */
export const isSubject = (text: unknown): text is string =>
  typeof text === 'string' &&
  text !== '' &&
  text.length <= maxSubjectLength &&
  text.isWellFormed() &&
  !control.test(text);

const select = statement('issuers.userOf', ({ issuer, subject }: Slots<Identity>) =>
  build
    .select({ user_id: identities.user_id, is_active: users.is_active })
    .from(identities)
    .innerJoin(users, eq(users.id, identities.user_id))
    .where(sql`${identities.issuer} = ${issuer} and ${identities.subject} = ${subject}`),
);

type NewIdentity = Identity & {
  user_id: string;
  /** Null where there is none to take. */
  email: string | null;
  placeholder: string;
  full_name: string | null;
  is_verified: boolean;
};

/**
 * The identity first: of any number at once one makes it, and only that one makes a user. The user
 * has the address where it is free, else the placeholder: an account that has it already stays its
 * owner's, whatever another issuer says.
 */
const insert = statement(
  'issuers.create',
  ({ issuer, subject, user_id, ...person }: Slots<NewIdentity>) => {
    const made = build.$with('made').as(
      build
        .insert(identities)
        .values({ issuer, subject, user_id } as never)
        .onConflictDoNothing()
        .returning({ user_id: identities.user_id }),
    );
    const no = (column: string) => sql`false`.as(column);
    const now = (column: string) => sql`now()`.as(column);
    // Every column, in the order of the table: the builder takes no fewer.
    const row = (email: SQL<unknown>, is_verified: SQL<unknown>) =>
      build
        .select({
          id: made.user_id,
          email: sql`${email}::text`.as('email'),
          full_name: sql`${person.full_name}::text`.as('full_name'),
          password_hash: sql`null::text`.as('password_hash'),
          is_active: sql`true`.as('is_active'),
          is_superuser: no('is_superuser'),
          is_verified: sql`${is_verified}::boolean`.as('is_verified'),
          two_factor_enabled: no('two_factor_enabled'),
          created_at: now('created_at'),
          updated_at: now('updated_at'),
          version: sql`1`.as('version'),
        })
        .from(made);
    const named = build.$with('named').as(
      build
        .insert(users)
        .select(
          row(person.email, person.is_verified).where(
            sql`${person.email}::text is not null`,
          ) as never,
        )
        .onConflictDoNothing({ target: users.email })
        .returning({ id: users.id }),
    );
    const unnamed = build.$with('unnamed').as(
      build
        .insert(users)
        .select(
          row(person.placeholder, sql`false`).where(
            notExists(build.select({ id: named.id }).from(named)),
          ) as never,
        )
        .returning({ id: users.id }),
    );
    return build.with(made, named, unnamed).select({ user_id: made.user_id }).from(made);
  },
);

/**
 * @returns the user, made if this is the first time anybody sees them
 * @throws Unavailable where they were deleted in the very moment between
 */
export async function userOf(db: Db, person: Person) {
  const { issuer, subject } = person;
  const identity = { issuer, subject };
  const [seen] = await select(db, identity);
  if (seen) return seen;
  const user_id = newId();
  const isMade = await db.transaction(async (db) => {
    const made = await insert(db, { ...identity, user_id, ...profileOf(person, user_id) });
    if (made.length === 0) return false;
    await audit.record(db, 'identity.created', { target_id: user_id, detail: identity });
    return true;
  });
  if (isMade) return { user_id, is_active: true };
  const [other] = await select(db, identity); // made by whoever was faster
  if (!other) throw Unavailable();
  return other;
}

/** What of it we keep. Nobody can guess the placeholder, and no mail reaches it (RFC 2606). */
function profileOf({ email, name, verified = false }: Person, user_id: string) {
  const full_name = typeof name === 'string' ? name.trim() : '';
  const isName =
    full_name !== '' &&
    full_name.length <= maxNameLength &&
    full_name.isWellFormed() &&
    !control.test(full_name);
  return {
    // Not confirmed, it may be anybody's, who would find it taken.
    email: verified && isEmail(email) ? canonicalEmail(email) : null,
    placeholder: `${user_id}@external.invalid`,
    full_name: isName ? full_name : null,
    is_verified: verified,
  };
}
