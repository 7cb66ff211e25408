/** Invitations: the verb of inviting somebody. */
import { and, eq, exists, gt, not, notExists, or, type SQL, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { members, organizations } from '#features/organizations/model.ts';
import { hold, refuseBelow } from '#features/organizations/service.ts';
import { canonicalEmail, users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { mayIn } from '#platform/db/tenancy.ts';
import {
  AlreadyMember,
  type Invitation,
  type InvitationCreate,
  InvitationPending,
  invitations,
  mostInvitations,
  TooManyInvitations,
} from './model.ts';
import { inHours, type Link, mayGet, newLink, refuseUnverified, send, written } from './sending.ts';
import { isAlive, isPending, type Within, within } from './which.ts';

type Addressed = { organization_id: string; email: string };

const membership = ({ organization_id, email }: Slots<Addressed>) =>
  build
    .select({ id: members.id })
    .from(members)
    .innerJoin(users, eq(users.id, members.user_id))
    .where(and(eq(users.email, email), eq(members.organization_id, organization_id)));

/** One that is too old makes room: its row becomes the new one. */
const asNew = Object.fromEntries(
  ['id', 'role', 'invited_by', 'digest', 'created_at', 'expires_at'].map((column) => [
    column,
    sql.raw(`excluded.${column}`),
  ]),
);

/** Those that count against the bound. */
const counted = ({ organization_id }: Pick<Slots<Addressed>, 'organization_id'>) =>
  build.$count(
    invitations,
    and(
      eq(invitations.organization_id, organization_id),
      or(isAlive, gt(invitations.created_at, sql`now() - interval '1 day'`)),
    ),
  );

type Row = Within & Addressed & Link & { id: string; role: Invitation['role'] };

const insert = statement(
  'invitations.create',
  ({ id, organization_id, email, role, caller, invited_by, digest, hours }: Slots<Row>) => {
    const to = { organization_id, email };
    // Every column, in the order of the table: the builder takes no fewer.
    const row = build
      .select({
        id: sql`${id}::uuid`.as('id'),
        organization_id: sql`${organizations.id}`.as('organization_id'),
        email: sql`${email}::text`.as('email'),
        role: sql`${role}::text`.as('role'),
        invited_by: sql`${invited_by}::uuid`.as('invited_by'),
        state: sql`'pending'`.as('state'),
        digest: sql`${digest}::text`.as('digest'),
        created_at: sql`now()`.as('created_at'),
        expires_at: sql`${inHours(hours)}`.as('expires_at'),
      })
      .from(organizations)
      .where(
        and(
          eq(organizations.id, organization_id),
          mayIn(caller, organization_id, 'invitations:write'),
          notExists(membership(to)),
          sql`${counted(to)} < ${mostInvitations}`,
        ),
      );
    return build
      .insert(invitations)
      .select(row as never)
      .onConflictDoUpdate({
        target: [invitations.organization_id, invitations.email],
        targetWhere: isPending,
        set: asNew,
        setWhere: not(isAlive as SQL),
      })
      .returning(written);
  },
);

const select = statement('invitations.obstacles', (to: Slots<Addressed>) =>
  build
    .select({
      is_member: sql<boolean>`${exists(membership(to))}`.as('is_member'),
      is_pending: sql<boolean>`${exists(
        build
          .select({ id: invitations.id })
          .from(invitations)
          .where(
            and(
              eq(invitations.organization_id, to.organization_id),
              eq(invitations.email, to.email),
              isAlive,
            ),
          ),
      )}`.as('is_pending'),
    })
    .from(sql`(select) as one_row`),
);

/** Why nothing was written, while the organization is held. */
async function obstacle(db: Db, to: Addressed) {
  await refuseBelow(db, to.organization_id, 'invitations:write');
  const [found] = await select(db, to);
  if (found?.is_member) return AlreadyMember();
  return found?.is_pending ? InvitationPending() : TooManyInvitations();
}

/**
 * Invites somebody by a letter. The invitation is the organization's: it stays when who wrote it leaves.
 *
 * @throws OrganizationNotFound, RoleTooLow, AlreadyMember, InvitationPending, TooManyInvitations,
 * UnverifiedInviter
 */
export function create(
  db: Db,
  ports: Ports,
  organization_id: string,
  { role, ...input }: InvitationCreate,
): Promise<Invitation> {
  const { token, link } = newLink(db, ports);
  const to = { organization_id, email: canonicalEmail(input.email) };
  return db.transaction(async (db) => {
    await hold(db, organization_id);
    const row = { ...within(db, organization_id), ...to, ...link, id: newId(), role };
    const [made] = await insert(db, row);
    if (!made) throw await obstacle(db, to);
    refuseUnverified(made);
    if (await mayGet(db, made.email)) await send(db, ports, made, token);
    const told = { target_id: made.id, organization_id, detail: { email: made.email, role } };
    await audit.record(db, 'invitation.created', told);
    return made;
  });
}
