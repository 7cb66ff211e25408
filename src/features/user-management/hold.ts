/**
 * User management: holding the rows a change is about, so that the last active superuser stays.
 *
 * Whoever may take one away holds the rows of all of them first, in the order of their ids. So of two
 * that would each leave the other alone, the second waits, and its change, a statement of its own,
 * sees what the first has done.
 */
import { and, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { oneTimeTokens } from '#features/accounts/model.ts';
import * as audit from '#features/audit/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { Problem, type ProblemKind } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { refuseStale } from '#platform/db/editions.ts';
import { LastOwner, LastSuperuser, SuperuserStays } from './model.ts';

type Held = {
  ids: readonly string[];
  /** Present where the change may leave a superuser less. */
  superusers_too?: true | undefined;
};

export const isTarget = (ids: SQL) => sql<boolean>`${users.id} = any(${ids}::uuid[])`;

const select = statement('user-management.hold', ({ ids, superusers_too }: Slots<Held>) =>
  build
    .select({
      id: users.id,
      email: users.email,
      full_name: users.full_name,
      is_active: users.is_active,
      is_superuser: users.is_superuser,
      version: users.version,
      targeted: isTarget(ids).as('targeted'),
    })
    .from(users)
    .where(
      superusers_too ? or(isTarget(ids), and(users.is_superuser, users.is_active)) : isTarget(ids),
    )
    .orderBy(users.id)
    .for('no key update'),
);

/**
 * The accounts of these ids that there are, as they are now and stay until the transaction ends.
 *
 * @throws PreconditionFailed where the caller saw another edition
 */
export async function hold(db: Db, held: Held) {
  const found = (await select(db, held)).filter(({ targeted }) => targeted);
  return found.map((user) => refuseStale(db, user));
}
export type HeldUser = Awaited<ReturnType<typeof hold>>[number];

const others = alias(users, 'others');

/** Whether an active superuser is left without these: the WHERE of every change that takes one away. */
export const someoneRemains = (ids: SQL): SQL =>
  sql`exists (${build
    .select({ id: others.id })
    .from(others)
    .where(
      and(
        others.is_superuser,
        others.is_active,
        isNotNull(others.password_hash), // who cannot sign in here is no help
        sql`${others.id} <> all(${ids}::uuid[])`,
      ),
    )})`;

/** Links lead to the address of before, and would undo what was changed. */
export const dropLinks = statement(
  'user-management.dropLinks',
  ({ ids }: Slots<{ ids: readonly string[] }>) =>
    build.delete(oneTimeTokens).where(sql`${oneTimeTokens.user_id} = any(${ids}::uuid[])`),
);

const refusals: ReadonlySet<ProblemKind> = new Set([LastOwner, LastSuperuser, SuperuserStays]);

/** Does the work in one transaction; what a rule refuses is told in the audit log all the same. */
export async function transactionOf<Result>(
  db: Db,
  action: audit.Action,
  ids: readonly string[],
  work: (db: Db) => Promise<Result>,
): Promise<Result> {
  try {
    return await db
      .unscoped('who manages users acts on their sessions, keys and links')
      .transaction(work);
  } catch (error) {
    const kind = error instanceof Problem ? error.kind : undefined;
    if (kind && refusals.has(kind)) {
      const [target_id, ...more] = ids;
      const whom = more.length === 0 ? { target_id } : {};
      const detail = { reason: kind.code, ...(more.length > 0 && { ids }) };
      await audit.record(db, action, { outcome: 'failure', ...whom, detail });
    }
    throw error;
  }
}
