/** What a key may do: what it lists, as far as whose key it is may do it now. */
import type { Permission } from '#kernel/principal.ts';
import { keysMay } from '#kernel/roles.ts';
import { type KeyPermissions, PermissionTooWide } from './model.ts';

/** Whose key it is, and what that lets it do. */
export type Owner = {
  /** Null where the owner is a person. */
  readonly organization_id: string | null;
  readonly is_superuser: boolean;
};

/** What every signed-in user may do. */
type UserPermissions = ReadonlySet<Permission>;

function mayOwner({ organization_id, is_superuser }: Owner, userPermissions: UserPermissions) {
  if (organization_id) return (name: Permission) => userPermissions.has(name) && keysMay(name);
  return (name: Permission) => is_superuser || userPermissions.has(name);
}

const nameOf = (resource: string, action: string) => `${resource}:${action}` as Permission;

/** `{ "tasks": ["read"] }` as `tasks:read`. */
export const namesOf = (
  permissions: Readonly<Record<string, readonly string[]>>,
): readonly Permission[] =>
  Object.entries(permissions).flatMap(([resource, actions]) =>
    actions.map((action) => nameOf(resource, action)),
  );

/** What of a key's permissions its owner has too. */
export function narrowed(
  { permissions, ...owner }: Owner & { readonly permissions: KeyPermissions },
  userPermissions: UserPermissions,
): KeyPermissions {
  const may = mayOwner(owner, userPermissions);
  const left = Object.entries(permissions).map(
    ([resource, actions]) =>
      [resource, actions.filter((action) => may(nameOf(resource, action)))] as const,
  );
  return Object.fromEntries(left.filter(([, actions]) => actions.length > 0));
}

/** @throws PermissionTooWide naming what the owner may not do */
export function refuseTooWide(
  permissions: KeyPermissions,
  owner: Owner,
  userPermissions: UserPermissions,
): void {
  const may = mayOwner(owner, userPermissions);
  const beyond = namesOf(permissions).filter((name) => !may(name));
  if (beyond.length > 0) {
    const names = beyond.join(', ');
    throw PermissionTooWide(
      owner.organization_id
        ? `A key of an organization cannot have ${names}`
        : `A key may do no more than its owner, so not ${names}`,
    );
  }
}
