/**
 * API keys: holding the row of whose they are. So keys of one tenant are made and changed one after the
 * other and can be counted, and none while what would take them away is under way.
 */
import { eq } from 'drizzle-orm';
import * as organizations from '#features/organizations/service.ts';
import { confirmActor, refuseElsewhere } from '#features/sessions/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import type { Owner } from './permissions.ts';

const holdOwner = statement('api-keys.holdOwner', ({ id }: Slots<{ id: string }>) =>
  build
    .select({ is_superuser: users.is_superuser })
    .from(users)
    .where(eq(users.id, id))
    .for('no key update'),
);

type Whose = {
  readonly owner_id?: string | null | undefined;
  readonly organization_id?: string | null | undefined;
};

/**
 * Holds whose keys they are, and asks whether who asks may still act. What they may there, the next
 * statement asks anew: their role may have been taken while this one waited.
 *
 * @returns what the owner's keys may be given
 * @throws OrganizationNotFound; Unauthenticated, Forbidden as `confirmActor` does
 */
export async function hold(db: Db, { owner_id, organization_id = null }: Whose): Promise<Owner> {
  if (organization_id) {
    refuseElsewhere(db);
    await organizations.hold(db, organization_id); // which asks as well
    return { organization_id, is_superuser: false };
  }
  const [owner] = owner_id ? await holdOwner(db, { id: owner_id }) : [];
  await confirmActor(db);
  return { organization_id, is_superuser: owner?.is_superuser ?? false };
}
