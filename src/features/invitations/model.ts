/** Invitations: who is asked by letter to join an organization, and what came of it. */
import { sql } from 'drizzle-orm';
import { index, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { organizations } from '#features/organizations/model.ts';
import { Email, FullName, users } from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import { hasRole, policies } from '#kernel/row-security.ts';
import {
  Expiry,
  Id,
  Input,
  Nullable,
  Page,
  paging,
  Query,
  Sort,
  Timestamp,
} from '#kernel/schema.ts';

export { Organization, OrganizationNotFound, RoleTooLow } from '#features/organizations/model.ts';

const states = ['pending', 'accepted', 'declined', 'revoked'] as const;
/** Nobody is invited as an owner: an owner makes one of a member. */
const offered = ['member', 'admin'] as const;

export const invitations = plinth.table(
  'invitations',
  {
    id: uuid().primaryKey(),
    organization_id: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** In its canonical spelling. */
    email: text().notNull(),
    role: text({ enum: offered }).notNull(),
    invited_by: uuid().references(() => users.id, { onDelete: 'set null' }),
    state: text({ enum: states }).notNull().default('pending'),
    /** Of the token in the last letter. */
    digest: text().notNull(),
    created_at: instant('created_at').notNull().defaultNow(),
    expires_at: instant('expires_at').notNull(),
  },
  (table) => [
    index('invitations_organization').on(table.organization_id, table.created_at, table.id),
    uniqueIndex('invitations_digest').on(table.digest),
    uniqueIndex('invitations_pending')
      .on(table.organization_id, table.email)
      .where(sql`state = 'pending'`),
    index('invitations_invited_by').on(table.invited_by),
    ...policies('invitations', {
      read: hasRole('invitations:read'),
      write: hasRole('invitations:write'),
    }),
  ],
);

const role = Type.Enum(offered, { description: 'What the person is to be.' });
const state = Type.Enum(states);

export const Invitation = Type.Object(
  {
    id: Id,
    organization_id: Id,
    email: Email,
    role,
    invited_by: Nullable(
      Type.String({
        format: 'uuid',
        description: 'The user who did; null where the account is gone.',
        examples: ['019a9c5e-04f8-7996-8da7-63b7a969b102'],
      }),
    ),
    state,
    created_at: Timestamp,
    expires_at: Expiry,
  },
  { title: 'Invitation' },
);
export type Invitation = Static<typeof Invitation>;
export const InvitationPage = Page('InvitationPage', Invitation);

export const InvitationCreate = Input('InvitationCreate', { email: Email, role });
export type InvitationCreate = Static<typeof InvitationCreate>;

export const InvitationQuery = Query({
  ...paging,
  state: Type.Optional(Type.Enum(states, { description: 'Only those in this state.' })),
  sort: Sort('created_at', 'expires_at', 'email'),
});
export type InvitationQuery = Static<typeof InvitationQuery>;

export const InvitationToken = Input('InvitationToken', {
  token: Type.String({
    minLength: 1,
    maxLength: 200,
    writeOnly: true,
    description: 'The `token` of the link in the letter.',
    examples: ['an-example-of-a-token-in-a-link'],
  }),
});

/** What a page shows before somebody accepts, and never more: whoever has the letter may ask. */
export const InvitationPreview = Type.Object(
  {
    organization_name: Type.String({ examples: ['Analytical Engines'] }),
    inviter_name: FullName,
    email: Email,
    role,
    expires_at: Expiry,
  },
  { title: 'InvitationPreview' },
);
export type InvitationPreview = Static<typeof InvitationPreview>;

/** Pending ones, and those made within a day: who revokes them all writes no more letters for it. */
export const mostInvitations = 1_000;

/** One answer for what was never made, was answered or revoked, or is too old. */
export const InvitationNotFound = problem(
  404,
  'invitation_not_found',
  'There is no such invitation, or it waits for no answer any more',
);
export const InvitationOfAnother = problem(
  403,
  'invitation_of_another',
  'This invitation is for another e-mail address than that of your account',
);
export const AlreadyMember = problem(
  409,
  'already_member',
  'The person with this e-mail is a member already',
  'There is nothing to do.',
);
export const InvitationPending = problem(
  409,
  'invitation_pending',
  'This e-mail is invited already; send that invitation again, or revoke it',
);
export const TooManyInvitations = problem(
  409,
  'too_many_invitations',
  `An organization may have ${mostInvitations} invitations that wait or were made within a day`,
);
export const UnverifiedInviter = problem(
  403,
  'unverified_inviter',
  'Confirm your own e-mail address first; then you can invite others',
);
