/** What happened in an organization, for who may read its log. */
import { AuditPage, AuditQuery } from '#features/audit/model.ts';
import * as audit from '#features/audit/service.ts';
import type { Db } from '#kernel/db.ts';
import { rolesWith } from '#kernel/roles.ts';
import { RoleTooLow } from './model.ts';
import { get } from './service.ts';

export { AuditPage, AuditQuery };

/** @throws OrganizationNotFound, RoleTooLow */
export async function list(db: Db, id: string, query: AuditQuery) {
  const page = await audit.listOf(db, id, query);
  if (page.data.length === 0) await refuseOthers(db, id);
  return page;
}

async function refuseOthers(db: Db, id: string): Promise<void> {
  const { role } = await get(db, id);
  if (!db.principal.superuser && role && !rolesWith('audit:read').includes(role))
    throw RoleTooLow();
}
