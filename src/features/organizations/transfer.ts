/** Organizations: giving one into other hands. */
import { and, eq, exists, ne, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import * as audit from '#features/audit/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { type Asking, asking, mayIn } from '#platform/db/tenancy.ts';
import { hold } from './hold.ts';
import { find } from './leaving.ts';
import { MemberNotFound, members, type Organization } from './model.ts';
import { get, refuseBelow } from './service.ts';

type Transfer = Asking & { id: string; from_id: string; to_id: string };

const heirs = alias(members, 'heirs');

/** The one becomes an owner and the other, if an owner, an admin; nothing where that is so already. */
const change = statement(
  'organizations.transfer',
  ({ id, from_id, to_id, caller }: Slots<Transfer>) => {
    const heir = build
      .select({ id: heirs.id })
      .from(heirs)
      .innerJoin(users, and(eq(users.id, heirs.user_id), users.is_active))
      .where(and(eq(heirs.organization_id, id), eq(heirs.user_id, to_id)));
    return build
      .update(members)
      .set({
        role: sql`case when ${members.user_id} = ${to_id} then 'owner' else 'admin' end`,
      })
      .where(
        and(
          eq(members.organization_id, id),
          mayIn(caller, members.organization_id, 'organizations:manage'),
          exists(heir),
          or(
            and(eq(members.user_id, to_id), sql`${members.role} <> 'owner'`),
            and(
              eq(members.user_id, from_id),
              ne(members.user_id, to_id),
              sql`${members.role} = 'owner'`,
            ),
          ),
        ),
      )
      .returning({ user_id: members.user_id, role: members.role });
  },
);

/**
 * Makes a member the owner in the caller's place, who stays as an admin.
 *
 * @throws OrganizationNotFound, RoleTooLow, MemberNotFound
 */
export const transfer = (db: Db, id: string, to_id: string): Promise<Organization> =>
  db.transaction(async (db) => {
    const { userId: from_id } = db.principal;
    await hold(db, id);
    const changed = await change(db, { id, from_id, to_id, ...asking(db) });
    if (changed.length === 0) {
      await refuseBelow(db, id, 'organizations:manage');
      const [heir] = await find(db, { organization_id: id, user_id: to_id });
      if (heir?.role !== 'owner') throw MemberNotFound(); // none, or of an account that is switched off
      return get(db, id);
    }
    await audit.record(db, 'ownership.transferred', { target_id: to_id, organization_id: id });
    return get(db, id);
  });
