/**
 * Invitations: the verbs of who got the letter. They are no member, so no policy lets them see it: the
 * token does. One that is no good costs one statement.
 */
import { and, eq, exists, inArray, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import * as audit from '#features/audit/service.ts';
import { digestOf } from '#features/mail/service.ts';
import { members, type Organization, organizations } from '#features/organizations/model.ts';
import { get as getOrganization } from '#features/organizations/service.ts';
import { confirmCaller } from '#features/sessions/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { one } from '#kernel/problem.ts';
import { rolesWith } from '#kernel/roles.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import {
  InvitationNotFound,
  InvitationOfAnother,
  type InvitationPreview,
  invitations,
} from './model.ts';
import { isAlive } from './which.ts';

/** Past row-level security: what is asked for there is named by a digest, or by the row it led to. */
const byLetter = (db: Db) => db.unscoped('an invitation is for whoever holds the letter');

/** Who sent it may still invite: nobody comes in by the word of one who was put out. */
const isVouched = exists(
  build
    .select({ id: members.id })
    .from(members)
    .where(
      and(
        eq(members.organization_id, invitations.organization_id),
        eq(members.user_id, invitations.invited_by),
        inArray(members.role, [...rolesWith('invitations:write')]),
      ),
    ),
);
const isOfSuperuser = exists(
  build
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, invitations.invited_by), users.is_superuser, users.is_active)),
);

const isThis = (digest: SQL<string>) =>
  and(eq(invitations.digest, digest), isAlive, or(isVouched, isOfSuperuser));

const select = statement('invitations.preview', ({ digest }: Slots<{ digest: string }>) =>
  build
    .select({
      organization_name: sql<string>`${organizations.name}`.as('organization_name'),
      inviter_name: sql<string | null>`${users.full_name}`.as('inviter_name'),
      email: invitations.email,
      role: invitations.role,
      expires_at: invitations.expires_at,
    })
    .from(invitations)
    .innerJoin(organizations, eq(organizations.id, invitations.organization_id))
    .leftJoin(users, eq(users.id, invitations.invited_by))
    .where(isThis(digest)),
);

/** What an invitation is. @throws InvitationNotFound */
export const preview = async (db: Db, token: string): Promise<InvitationPreview> =>
  one(await select(byLetter(db), { digest: digestOf(token) }), InvitationNotFound);

type Answering = { digest: string; user_id: string };

/** The account has the address that is invited. */
const isInvited = (user_id: SQL<string>) =>
  exists(
    build
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, user_id), users.is_active, eq(users.email, invitations.email))),
  );

/** Under a name of its own: only such a table can be said to be the one that is held. */
const held = alias(organizations, 'held');

const selectHeld = statement('invitations.holdByToken', ({ digest, user_id }: Slots<Answering>) =>
  build
    .select({
      id: invitations.id,
      organization_id: invitations.organization_id,
      role: invitations.role,
      is_own: sql<boolean>`${isInvited(user_id)}`.as('is_own'),
    })
    .from(invitations)
    .innerJoin(held, eq(held.id, invitations.organization_id))
    .where(isThis(digest))
    .for('no key update', { of: held }),
);

const holdByToken = async (db: Db, answering: Answering) =>
  one(await selectHeld(byLetter(db), answering), InvitationNotFound);

const answeringBy = ({ principal }: Db, token: string): Answering => ({
  digest: digestOf(token),
  user_id: principal.userId,
});

/** Compare and swap: of any number that bring one token, one finds it waiting. */
const take = statement('invitations.accept', ({ digest, user_id }: Slots<Answering>) =>
  build
    .update(invitations)
    .set({ state: sql`'accepted'` })
    .where(and(isThis(digest), isInvited(user_id)))
    .returning({ id: invitations.id }),
);

type Membership = Pick<typeof members.$inferInsert, 'id' | 'organization_id' | 'user_id' | 'role'>;

/** Who is a member by now stays what they are: roles are changed elsewhere. */
const join = statement('invitations.join', (row: Slots<Membership>) =>
  build
    .insert(members)
    .values(row as never)
    .onConflictDoNothing({ target: [members.user_id, members.organization_id] })
    .returning({ id: members.id }),
);

/**
 * Makes the caller a member, if theirs is the address that was invited. That it is theirs is not taken as
 * confirmed: who was sent this letter agrees to join, not that whoever signed up with their address is they.
 *
 * @throws InvitationNotFound; InvitationOfAnother, and the invitation stays good
 */
export function accept(db: Db, token: string): Promise<Organization> {
  const answering = answeringBy(db, token);
  return db.transaction(async (db) => {
    const { id, organization_id, role, is_own } = await holdByToken(db, answering);
    if (!is_own) throw InvitationOfAnother();
    await confirmCaller(db);
    one(await take(byLetter(db), answering), InvitationNotFound);
    const row = { id: newId(), organization_id, user_id: answering.user_id, role };
    const joined = await join(byLetter(db), row);
    await audit.record(db, 'invitation.accepted', { target_id: id, organization_id });
    if (joined.length > 0) await recordJoining(db, row);
    return getOrganization(db, organization_id);
  });
}

const recordJoining = (db: Db, { organization_id, user_id, role }: Membership) =>
  audit.record(db, 'member.added', { target_id: user_id, organization_id, detail: { role } });

const refuse = statement('invitations.decline', ({ digest }: Slots<{ digest: string }>) =>
  build
    .update(invitations)
    .set({ state: sql`'declined'` })
    .where(isThis(digest))
    .returning({ id: invitations.id }),
);

/** Turns an invitation down, which takes no account. @throws InvitationNotFound */
export function decline(db: Db, token: string): Promise<void> {
  const answering = answeringBy(db, token);
  return db.transaction(async (db) => {
    const { id, organization_id } = await holdByToken(db, answering);
    one(await refuse(byLetter(db), answering), InvitationNotFound);
    await audit.record(db, 'invitation.declined', { target_id: id, organization_id });
  });
}
