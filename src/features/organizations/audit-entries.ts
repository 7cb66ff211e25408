/** What happened in an organization, for who may read its log. */
import { AuditPage, AuditQuery } from '#features/audit/model.ts';
import * as audit from '#features/audit/service.ts';
import type { Db } from '#kernel/db.ts';
import { refuseBelow } from './service.ts';

export { AuditPage, AuditQuery };

/** @throws OrganizationNotFound, RoleTooLow */
export async function list(db: Db, id: string, query: AuditQuery) {
  const page = await audit.listOf(db, id, query);
  if (page.data.length === 0) await refuseBelow(db, id, 'audit:read');
  return page;
}
