/** The audit log: reading it, newest first. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Db } from '#kernel/db.ts';
import type { Slots } from '#kernel/statement.ts';
import { type FilterOf, filterOf, isWithin, refuseBackward } from '#platform/db/filters.ts';
import { pages } from '#platform/db/page.ts';
import { type Asking, asking, mayIn } from '#platform/db/tenancy.ts';
import { type AuditQuery, auditLog } from './model.ts';

type Filter = FilterOf<AuditQuery> & {
  /** How an action begins. */
  noun?: string;
};
type Of = Asking & { organization_id: string };

const isWanted = ({ actor_id, action, noun, target_id, outcome, from, to }: Slots<Filter>) =>
  and(
    actor_id && eq(auditLog.actor_id, actor_id),
    target_id && eq(auditLog.target_id, target_id),
    action && eq(auditLog.action, action),
    noun && sql`starts_with(${auditLog.action}, ${noun})`,
    outcome && eq(auditLog.outcome, outcome as SQL<never>),
    isWithin(auditLog.created_at, from, to),
  );

/** @throws Invalid where the time ends before it begins */
function wanted(query: AuditQuery): Filter {
  refuseBackward(query, 'from', 'to');
  const { action, ...filter } = filterOf(query);
  if (action === undefined) return filter;
  return { ...filter, ...(action.includes('.') ? { action } : { noun: `${action}.` }) };
}

const page = pages('audit.list', auditLog, isWanted);

/** Everything that happened. */
export const list = (db: Db, query: AuditQuery) =>
  page(
    db.unscoped('the whole log is read by superusers and by keys of theirs'),
    wanted(query),
    query,
  );

const pageOf = pages(
  'audit.organization',
  auditLog,
  ({ organization_id, caller, ...filter }: Slots<Of & Filter>) =>
    and(
      eq(auditLog.organization_id, organization_id),
      mayIn(caller, organization_id, 'audit:read'),
      isWanted(filter as Slots<Filter>),
    ),
);

/** What happened in an organization: nothing to who may not read its log. */
export const listOf = (db: Db, organization_id: string, query: AuditQuery) =>
  pageOf(db, { organization_id, ...asking(db), ...wanted(query) }, query);
