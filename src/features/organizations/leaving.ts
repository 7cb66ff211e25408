/** Organizations: who leaves one, or all that they are in, and that an owner stays. */
import { and, eq, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import * as audit from '#features/audit/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { one, Problem } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { isAsSeen, refuseStale, type Seen, seenBy } from '#platform/db/editions.ts';
import { hold } from './hold.ts';
import { LastOwner, MemberNotFound, members } from './model.ts';

const others = alias(members, 'others');

/**
 * Whether the organization of a member has an active owner without these people, as it has where the
 * member is none: the WHERE of every change that takes one away. The organization must be held.
 */
export const ownerRemains = (people: SQL): SQL | undefined =>
  or(
    sql`${members.role} <> 'owner'`,
    sql`exists (${build
      .select({ id: others.id })
      .from(others)
      .innerJoin(users, and(eq(users.id, others.user_id), users.is_active))
      .where(
        and(
          eq(others.organization_id, members.organization_id),
          sql`${others.role} = 'owner'`,
          sql`${others.user_id} <> all(${people}::uuid[])`,
        ),
      )})`,
  );

type Membership = Seen & { organization_id: string; user_id: string };

/** Asks no permission: of an organization that is held, or whose members the caller may see. */
export const find = statement('organizations.member', (asked: Slots<Membership>) =>
  build
    .select({ role: members.role, version: members.version })
    .from(members)
    .where(
      and(eq(members.organization_id, asked.organization_id), eq(members.user_id, asked.user_id)),
    ),
);

const drop = statement(
  'organizations.leave',
  ({ organization_id, user_id, versions }: Slots<Membership>) =>
    build
      .delete(members)
      .where(
        and(
          eq(members.organization_id, organization_id),
          eq(members.user_id, user_id),
          isAsSeen(members)({ versions }),
          ownerRemains(sql`array[${user_id}]`),
        ),
      )
      .returning({ role: members.role }),
);

/** @throws OrganizationNotFound, LastOwner; MemberNotFound to a superuser who is none */
export function leave(db: Db, organization_id: string): Promise<void> {
  const user_id = db.principal.userId;
  const told = { target_id: user_id, organization_id };
  return tellingLastOwner(db, 'member.left', told, async (db) => {
    await hold(db, organization_id);
    const [left] = await drop(db, { organization_id, user_id, ...seenBy(db) });
    if (!left) {
      refuseStale(db, one(await find(db, { organization_id, user_id }), MemberNotFound));
      throw LastOwner();
    }
    await audit.record(db, 'member.left', { ...told, detail: { role: left.role } });
  });
}

/** Does the work in one transaction; that the last owner stays is told in the audit log all the same. */
export async function tellingLastOwner<Result>(
  db: Db,
  action: audit.Action,
  told: { target_id: string; organization_id: string },
  work: (db: Db) => Promise<Result>,
): Promise<Result> {
  try {
    return await db.transaction(work);
  } catch (error) {
    if (error instanceof Problem && error.kind === LastOwner) {
      const detail = { reason: LastOwner.code };
      await audit.record(db, action, { ...told, outcome: 'failure', detail });
    }
    throw error;
  }
}
