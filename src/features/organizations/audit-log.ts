/** The log of an organization, beside the organization itself. */
import { api } from '#kernel/route.ts';
import { AuditPage, AuditQuery, list } from './audit-entries.ts';
import { OrganizationNotFound, RoleTooLow } from './model.ts';

export const auditLog = {
  listAuditLog: api.get('/organizations/:organization_id/audit-log', {
    allow: 'audit:read',
    summary: 'What happened in an organization, newest first',
    description: 'For its admins and owners, and keys of it that list `audit:read`.',
    query: AuditQuery,
    answer: AuditPage,
    problems: [OrganizationNotFound, RoleTooLow],
    run: ({ db, params, query }) => list(db, params.organization_id, query),
  }),
};
