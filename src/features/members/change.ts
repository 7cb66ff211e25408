/**
 * Members: the verbs of giving another role, and of removing. Both hold the organization, so that of two
 * owners who would each leave the other alone one finds that an owner must stay.
 */
import { and, eq, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import * as audit from '#features/audit/service.ts';
import {
  hold,
  leave,
  ownerRemains,
  refuseBelow,
  tellingLastOwner,
} from '#features/organizations/service.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Role } from '#kernel/roles.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { isAsSeen, refuseStale } from '#platform/db/editions.ts';
import { type Asking, type Changing, changing, mayIn } from '#platform/db/tenancy.ts';
import { LastOwner, type Member, type MemberUpdate, members } from './model.ts';
import { get } from './service.ts';

type Asked = Changing & { organization_id: string; user_id: string };

const isThis = ({ organization_id, user_id, versions }: Slots<Asked>) =>
  and(
    eq(members.organization_id, organization_id),
    eq(members.user_id, user_id),
    isAsSeen(members)({ versions }),
  );

/** @param isOwners whether it is for owners alone */
const mayChange = ({ caller }: Slots<Asking>, isOwners: SQL) =>
  caller &&
  and(
    mayIn(caller, members.organization_id, 'members:write'),
    or(sql`not ${isOwners}`, mayIn(caller, members.organization_id, 'organizations:manage')),
  );

const before = alias(members, 'before');

const change = statement('members.update', ({ role, ...asked }: Slots<Asked & { role: Role }>) =>
  build
    .update(members)
    .set({ role })
    .from(before)
    .where(
      and(
        isThis(asked),
        eq(before.id, members.id),
        mayChange(asked, sql`'owner' in (${members.role}, ${role}::text)`),
        or(sql`${role}::text = 'owner'`, ownerRemains(sql`array[${asked.user_id}]`)),
      ),
    )
    .returning({ was: sql<Role>`${before.role}`.as('was') }),
);

/**
 * Gives a member another role. Admins make admins and members, owners owners too.
 *
 * @throws OrganizationNotFound, MemberNotFound, RoleTooLow, LastOwner
 */
export function update(
  db: Db,
  organization_id: string,
  user_id: string,
  { role }: MemberUpdate,
): Promise<Member> {
  const told = { target_id: user_id, organization_id };
  return tellingLastOwner(db, 'member.role_changed', told, async (db) => {
    await hold(db, organization_id);
    const [changed] = await change(db, { organization_id, user_id, role, ...changing(db) });
    const member = await get(db, organization_id, user_id);
    if (!changed) return refuse(db, member, [member.role, role]);
    const detail = { from: changed.was, to: role };
    if (changed.was !== role) await audit.record(db, 'member.role_changed', { ...told, detail });
    return member;
  });
}

const drop = statement('members.remove', (asked: Slots<Asked>) =>
  build
    .delete(members)
    .where(
      and(
        isThis(asked),
        mayChange(asked, sql`(${members.role} = 'owner')`),
        ownerRemains(sql`array[${asked.user_id}]`),
      ),
    )
    .returning({ role: members.role }),
);

/**
 * Removes a member; who removes themself leaves.
 *
 * @throws OrganizationNotFound, MemberNotFound, RoleTooLow, LastOwner
 */
export async function remove(db: Db, organization_id: string, user_id: string): Promise<void> {
  if (user_id.toLowerCase() === db.principal.userId) return leave(db, organization_id);
  const told = { target_id: user_id, organization_id };
  await tellingLastOwner(db, 'member.removed', told, async (db) => {
    await hold(db, organization_id);
    const [removed] = await drop(db, { organization_id, user_id, ...changing(db) });
    if (!removed) {
      const member = await get(db, organization_id, user_id);
      return refuse(db, member, [member.role]);
    }
    await audit.record(db, 'member.removed', { ...told, detail: { role: removed.role } });
  });
}

/**
 * Says why a change of a member who is there was none.
 *
 * @param roles that it is about
 */
async function refuse(
  db: Db,
  member: { readonly organization_id: string; readonly version: number },
  roles: readonly Role[],
): Promise<never> {
  refuseStale(db, member);
  await refuseBelow(
    db,
    member.organization_id,
    roles.includes('owner') ? 'organizations:manage' : 'members:write',
  );
  throw LastOwner();
}
