/** User management: what superusers may ask and say of everybody's accounts. */
import { type Static, Type } from 'typebox';
import { LastOwner, SuperuserStays, UserExists } from '#features/accounts/model.ts';
import {
  Email,
  EmailTaken,
  FullName,
  NewPassword,
  User,
  UserNotFound,
  WeakPassword,
} from '#features/users/model.ts';
import { problem } from '#kernel/problem.ts';
import { Change, Id, Input, Page, paging, Query, Search, Sort } from '#kernel/schema.ts';

export { EmailTaken, LastOwner, SuperuserStays, User, UserExists, UserNotFound, WeakPassword };

export const UserPage = Page('UserPage', User);

export const UserQuery = Query({
  ...paging,
  search: Search('In the e-mail address or name.'),
  is_active: Type.Optional(
    Type.Boolean({ description: 'Only those that are switched on, or off.' }),
  ),
  is_superuser: Type.Optional(
    Type.Boolean({ description: 'Only superusers, or only all others.' }),
  ),
  sort: Sort('created_at', 'updated_at', 'email', 'full_name'),
});
export type UserQuery = Static<typeof UserQuery>;

export const UserCreate = Input('UserCreate', {
  email: Email,
  password: NewPassword,
  full_name: Type.Optional(FullName),
  is_active: Type.Optional(User.properties.is_active),
  is_superuser: Type.Optional(User.properties.is_superuser),
});
export type UserCreate = Static<typeof UserCreate>;

export const PrivateUserCreate = Input('PrivateUserCreate', {
  email: Email,
  password: NewPassword,
  full_name: Type.Optional(FullName),
  is_verified: Type.Optional(User.properties.is_verified),
});
export type PrivateUserCreate = Static<typeof PrivateUserCreate>;

export const UserUpdate = Change('UserUpdate', {
  email: Email,
  password: NewPassword,
  full_name: FullName,
  is_active: User.properties.is_active,
  is_superuser: User.properties.is_superuser,
});
export type UserUpdate = Static<typeof UserUpdate>;

export const UserBulk = Input('UserBulk', {
  action: Type.Enum(['activate', 'deactivate', 'delete']),
  ids: Type.Array(Id, {
    examples: [['019a9c5e-2346-7606-87f6-26bf8a3ae1a3']],
    description: 'Of the accounts.',
    minItems: 1,
    maxItems: 100,
    uniqueItems: true,
  }),
});
export type UserBulk = Static<typeof UserBulk>;

export const Changed = Type.Object(
  { changed: Type.Integer({ description: 'How many accounts are not as they were.' }) },
  { title: 'Changed' },
);

/** In the words the full-stack template's clients know. */
export const NotPrivileged = problem(
  403,
  'not_privileged',
  "The user doesn't have enough privileges",
);
export const LastSuperuser = problem(409, 'last_superuser', 'No active superuser would be left');
