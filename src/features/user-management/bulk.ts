/** User management: the verbs that switch accounts on and off, and remove them, one or many at once. */
import { and, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { leavingAll } from '#features/organizations/service.ts';
import * as sessions from '#features/sessions/service.ts';
import { changedAll } from '#features/tokens/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { dropLinks, hold, isTarget, someoneRemains, transactionOf } from './hold.ts';
import { LastSuperuser, SuperuserStays, type UserBulk, UserNotFound } from './model.ts';

type Ids = { ids: readonly string[] };

const activate = statement('user-management.activate', ({ ids }: Slots<Ids>) =>
  build
    .update(users)
    .set({ is_active: true })
    .where(and(isTarget(ids), sql`not ${users.is_active}`))
    .returning({ id: users.id }),
);

const deactivate = statement('user-management.deactivate', ({ ids }: Slots<Ids>) =>
  build
    .update(users)
    .set({ is_active: false })
    .where(and(isTarget(ids), users.is_active, someoneRemains(ids)))
    .returning({ id: users.id }),
);

const drop = statement('user-management.remove', ({ ids }: Slots<Ids>) =>
  build
    .delete(users)
    .where(and(isTarget(ids), someoneRemains(ids)))
    .returning({ id: users.id }),
);

const dropLeaving = (db: Db, { ids }: Ids) => leavingAll(db, ids, () => drop(db, { ids }));

const actions = {
  activate: { run: activate, told: 'user.activated', lessens: false },
  deactivate: { run: deactivate, told: 'user.deactivated', lessens: true },
  delete: { run: dropLeaving, told: 'user.deleted', lessens: true },
} as const;

/**
 * Does one thing to many accounts: to all of them, or to none.
 *
 * @returns how many changed; ids of nobody, and accounts that are so already, are not counted
 * @throws LastSuperuser; where they are deleted LastOwner, and SuperuserStays to who would delete themself
 */
export function bulk(db: Db, ports: Ports, { action, ids }: UserBulk): Promise<number> {
  const { run, told, lessens } = actions[action];
  return transactionOf(db, told, ids, async (db) => {
    const held = await hold(db, { ids, ...(lessens && { superusers_too: true as const }) });
    const heldIds = held.map(({ id }) => id);
    await sessions.confirmActor(db, true);
    if (action === 'delete' && heldIds.includes(db.principal.userId)) throw SuperuserStays();
    // Before they are gone with their owners; none is opened while the rows are held.
    if (lessens) await sessions.endOf(db, ports, heldIds);
    const done = (await run(db, { ids: heldIds })).map(({ id }) => id);
    const isRefused = held.some((user) => user.is_active && user.is_superuser);
    if (lessens && done.length === 0 && isRefused) throw LastSuperuser();
    if (action === 'deactivate') await dropLinks(db, { ids: done });
    await changedAll(db, ports, done);
    for (const target_id of done) await audit.record(db, told, { target_id });
    return done.length;
  });
}

/** @throws UserNotFound, LastSuperuser, LastOwner; SuperuserStays to who would delete themself */
export async function remove(db: Db, ports: Ports, id: string) {
  if ((await bulk(db, ports, { action: 'delete', ids: [id] })) === 0) throw UserNotFound();
  return { message: 'User deleted successfully' };
}
