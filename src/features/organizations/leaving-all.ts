/**
 * Organizations: people whose accounts go leave all that they are in.
 *
 * Their accounts are held first, so that nobody takes them into another meanwhile, then the organizations,
 * in the order of their ids.
 */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { ownerRemains } from './leaving.ts';
import { LastOwner, members, organizations } from './model.ts';

type People = { user_ids: readonly string[] };

const isOneOf = (user_ids: SQL) => sql`${members.user_id} = any(${user_ids}::uuid[])`;

const holdPeople = statement('organizations.holdPeople', ({ user_ids }: Slots<People>) =>
  build
    .select({ id: users.id })
    .from(users)
    .where(sql`${users.id} = any(${user_ids}::uuid[])`)
    .orderBy(users.id)
    .for('update'),
);

const holdAll = statement('organizations.holdAll', ({ user_ids }: Slots<People>) =>
  build
    .select({ id: organizations.id })
    .from(organizations)
    .where(
      inArray(
        organizations.id,
        build.select({ id: members.organization_id }).from(members).where(isOneOf(user_ids)),
      ),
    )
    .orderBy(organizations.id)
    .for('no key update'),
);

/** Every membership there was, and which are gone: an owner who is the last stays. */
const dropAll = statement('organizations.leaveAll', ({ user_ids }: Slots<People>) => {
  const gone = build.$with('gone').as(
    build
      .delete(members)
      .where(and(isOneOf(user_ids), ownerRemains(user_ids)))
      .returning({ gone_id: sql<string>`${members.id}`.as('gone_id') }),
  );
  return build
    .with(gone)
    .select({
      organization_id: members.organization_id,
      user_id: members.user_id,
      role: members.role,
      gone_id: gone.gone_id,
    })
    .from(members)
    .leftJoin(gone, eq(gone.gone_id, members.id))
    .where(isOneOf(user_ids))
    .orderBy(members.organization_id);
});

/**
 * Removes accounts after their people left every organization they are in, each of which is told of it.
 * To be called in the transaction.
 *
 * @param removing what removes the accounts
 * @throws LastOwner where an organization would be left without one
 */
export async function leavingAll<Result>(
  db: Db,
  user_ids: readonly string[],
  removing: () => Promise<Result>,
): Promise<Result> {
  const reaching = db.unscoped('who deletes an account takes it out of all its organizations');
  await holdPeople(reaching, { user_ids });
  await holdAll(reaching, { user_ids });
  const left = await dropAll(reaching, { user_ids });
  if (left.some(({ gone_id }) => gone_id === null)) throw LastOwner();
  const result = await removing();
  for (const { organization_id, user_id, role } of left) {
    const action = user_id === db.principal.userId ? 'member.left' : 'member.removed';
    await audit.record(db, action, { target_id: user_id, organization_id, detail: { role } });
  }
  return result;
}
