/** Members: the shapes of who belongs to an organization. The table stands beside that of organizations. */
import type { Static } from 'typebox';
import { Role } from '#features/organizations/model.ts';
import { Email, FullName } from '#features/users/model.ts';
import { Id, Input, Page, paging, Query, Resource, Sort, Timestamp } from '#kernel/schema.ts';

export {
  LastOwner,
  MemberNotFound,
  members,
  OrganizationNotFound,
  RoleTooLow,
} from '#features/organizations/model.ts';

export const Member = Resource('Member', {
  user_id: Id,
  email: Email,
  full_name: FullName,
  role: Role,
  created_at: Timestamp,
});
export type Member = Static<typeof Member>;
export const MemberQuery = Query({
  ...paging,
  sort: Sort('created_at', 'email', 'full_name', 'role'),
});
export type MemberQuery = Static<typeof MemberQuery>;
export const MemberPage = Page('MemberPage', Member);

export const MemberUpdate = Input('MemberUpdate', { role: Role });
export type MemberUpdate = Static<typeof MemberUpdate>;
