/** Members: the verbs of seeing who belongs to an organization. */
import { and, eq } from 'drizzle-orm';
import * as organizations from '#features/organizations/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { pages } from '#platform/db/page.ts';
import { type Asking, asking, mayIn } from '#platform/db/tenancy.ts';
import { MemberNotFound, type MemberQuery, members } from './model.ts';

type Seen = Asking & { organization_id: string };

const seen = {
  id: members.id,
  organization_id: members.organization_id,
  created_at: members.created_at,
  updated_at: members.updated_at,
  version: members.version,
  user_id: members.user_id,
  email: users.email,
  full_name: users.full_name,
  role: members.role,
};

const isReadable = ({ organization_id, caller }: Slots<Seen>) =>
  and(
    eq(members.organization_id, organization_id),
    mayIn(caller, members.organization_id, 'members:read'),
  );

const page = pages('members.list', members, isReadable, {
  columns: seen,
  table: users,
  on: () => eq(users.id, members.user_id),
});

/** @throws OrganizationNotFound */
export async function list(db: Db, organization_id: string, query: MemberQuery) {
  const found = await page(db, { organization_id, ...asking(db) }, query);
  if (found.data.length === 0) await organizations.get(db, organization_id);
  return found;
}

const select = statement(
  'members.get',
  ({ user_id, ...asked }: Slots<Seen & { user_id: string }>) =>
    build
      .select(seen)
      .from(members)
      .innerJoin(users, eq(users.id, members.user_id))
      .where(and(eq(members.user_id, user_id), isReadable(asked))),
);

/** @throws OrganizationNotFound, MemberNotFound */
export async function get(db: Db, organization_id: string, user_id: string) {
  const rows = await select(db, { organization_id, user_id, ...asking(db) });
  if (rows.length === 0) await organizations.get(db, organization_id);
  return one(rows, MemberNotFound);
}
