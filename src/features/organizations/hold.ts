/**
 * Organizations: holding the row of one, so that who belongs to it, and as what, changes one after the
 * other. What the caller may, and whether an owner is left, the next statement asks: it sees what whoever
 * held the row before has done.
 */
import { and, eq } from 'drizzle-orm';
import { confirmCaller } from '#features/sessions/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { type Asking, asking, mayIn } from '#platform/db/tenancy.ts';
import { OrganizationNotFound, organizations } from './model.ts';

const select = statement('organizations.hold', ({ id, caller }: Slots<Asking & { id: string }>) =>
  build
    .select({ id: organizations.id })
    .from(organizations)
    .where(and(eq(organizations.id, id), mayIn(caller, organizations.id, 'organizations:read')))
    .for('no key update'),
);

/**
 * Until the transaction ends. Who waited for it may have been cut off meanwhile. People whom another
 * issuer vouches for may do what their role lets them: that is a role given here.
 *
 * @throws OrganizationNotFound to who does not belong to it; Unauthenticated as `confirmCaller` does
 */
export async function hold(db: Db, id: string): Promise<void> {
  const holding = db.unscoped('who leaves holds an organization that they may not change');
  one(await select(holding, { id, ...asking(db) }), OrganizationNotFound);
  await confirmCaller(db);
}
