/** What people and keys may do in an organization: the one table that says it. */
import type { Permission } from './principal.ts';

export const roles = ['member', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

type Who = Role | 'key';

const everybody: readonly Who[] = ['member', 'admin', 'owner', 'key'];
const managers: readonly Who[] = ['admin', 'owner'];
const owners: readonly Who[] = ['owner'];

/** `key` is a key of the organization, which is nobody's and so cannot bring people in. */
const inOrganization: Readonly<Record<Permission, readonly Who[]>> = {
  'organizations:read': everybody,
  'organizations:write': managers,
  'organizations:manage': owners,
  'members:read': everybody,
  'members:write': managers,
  'invitations:read': managers,
  'invitations:write': managers,
  'api-keys:read': managers,
  'api-keys:write': managers,
  'audit:read': [...managers, 'key'],
  'profile:read': [],
};

/** Of every other feature: members read what belongs to the organization, admins and owners write. */
const belongings: Readonly<Record<string, readonly Who[]>> = {
  read: everybody,
  write: [...managers, 'key'],
  manage: owners,
};

const whoMay = (permission: Permission): readonly Who[] =>
  inOrganization[permission] ?? belongings[permission.split(':')[1] ?? ''] ?? [];

/** The roles that have a permission in their organization. */
export const rolesWith = (permission: Permission): readonly Role[] =>
  roles.filter((role) => whoMay(permission).includes(role));

/** Whether a key of an organization may be given a permission. */
export const keysMay = (permission: Permission): boolean => whoMay(permission).includes('key');
