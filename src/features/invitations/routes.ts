/** Invitations: the door, for who manages an organization and for who got the letter. */
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { Message } from '#kernel/schema.ts';
import { letters } from './letters.ts';
import {
  AlreadyMember,
  Invitation,
  InvitationCreate,
  InvitationNotFound,
  InvitationOfAnother,
  InvitationPage,
  InvitationPending,
  InvitationPreview,
  InvitationQuery,
  InvitationToken,
  Organization,
  OrganizationNotFound,
  RoleTooLow,
  TooManyInvitations,
  UnverifiedInviter,
} from './model.ts';
import * as invitations from './service.ts';

export default feature({
  name: 'invitations',
  description: 'Letters that ask people to join an organization, and what came of them.',
  part: 'Organizations',
  letters,
  permissions: ['invitations:read', 'invitations:write'],
  routes: {
    create: api.post('/organizations/:organization_id/invitations', {
      allow: 'invitations:write',
      limited: 'invitations',
      summary: 'Invite somebody by e-mail',
      description:
        'One that is too old is replaced. An address that got many letters lately gets none: send it again later.',
      body: InvitationCreate,
      answer: Invitation,
      status: 201,
      problems: [
        OrganizationNotFound,
        RoleTooLow,
        AlreadyMember,
        InvitationPending,
        TooManyInvitations,
        UnverifiedInviter,
      ],
      creates: true,
      run: ({ db, ports, params, body }) =>
        invitations.create(db, ports, params.organization_id, body),
    }),

    list: api.get('/organizations/:organization_id/invitations', {
      allow: 'invitations:read',
      summary: 'Invitations of an organization, newest first',
      query: InvitationQuery,
      answer: InvitationPage,
      problems: [OrganizationNotFound, RoleTooLow],
      run: ({ db, params, query }) => invitations.list(db, params.organization_id, query),
    }),

    resend: api.post('/organizations/:organization_id/invitations/:invitation_id/resend', {
      allow: 'invitations:write',
      limited: 'invitations',
      summary: 'Send an invitation again',
      description:
        'With a new link, which lasts as long as the first did; the old one is worthless. An address that got many letters lately gets none, and the old link stays good.',
      answer: Invitation,
      problems: [OrganizationNotFound, RoleTooLow, InvitationNotFound, UnverifiedInviter],
      creates: true,
      run: ({ db, ports, params }) =>
        invitations.resend(db, ports, params.organization_id, params.invitation_id),
    }),

    revoke: api.delete('/organizations/:organization_id/invitations/:invitation_id', {
      allow: 'invitations:write',
      summary: 'Take an invitation back',
      answer: Type.Null(),
      status: 204,
      problems: [OrganizationNotFound, RoleTooLow, InvitationNotFound],
      run: ({ db, params }) => invitations.revoke(db, params.organization_id, params.invitation_id),
    }),

    preview: api.post('/invitations/preview', {
      allow: 'public',
      summary: 'What an invitation is, by the link of the letter',
      body: InvitationToken,
      answer: InvitationPreview,
      problems: [InvitationNotFound],
      run: ({ db, body }) => invitations.preview(db, body.token),
    }),

    accept: api.post('/invitations/accept', {
      allow: 'signed-in',
      summary: 'Join an organization by the link of the letter',
      description:
        'The account must have the e-mail address that was invited. Who is a member by now keeps their role.',
      body: InvitationToken,
      answer: Organization,
      problems: [InvitationNotFound, InvitationOfAnother],
      run: ({ db, body }) => invitations.accept(db, body.token),
    }),

    decline: api.post('/invitations/decline', {
      allow: 'public',
      summary: 'Turn an invitation down by the link of the letter',
      body: InvitationToken,
      answer: Message,
      problems: [InvitationNotFound],
      run: async ({ db, body }) => {
        await invitations.decline(db, body.token);
        return { message: 'Invitation declined' };
      },
    }),
  },
});
