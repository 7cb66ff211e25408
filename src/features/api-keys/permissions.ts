/** What a key may do: what it lists, as far as its owner may do it now. */
import type { Permission } from '#kernel/principal.ts';
import { type KeyPermissions, PermissionTooWide } from './model.ts';

type Owner = {
  readonly is_superuser: boolean;
  /** What every signed-in user may do. */
  readonly userPermissions: ReadonlySet<Permission>;
};

const mayOwner =
  ({ is_superuser, userPermissions }: Owner) =>
  (name: Permission) =>
    is_superuser || userPermissions.has(name);

const nameOf = (resource: string, action: string) => `${resource}:${action}` as Permission;

/** `{ "tasks": ["read"] }` as `tasks:read`. */
export const namesOf = (
  permissions: Readonly<Record<string, readonly string[]>>,
): readonly Permission[] =>
  Object.entries(permissions).flatMap(([resource, actions]) =>
    actions.map((action) => nameOf(resource, action)),
  );

/** What of the permissions the owner has too. */
export function narrowed(permissions: KeyPermissions, owner: Owner): KeyPermissions {
  const may = mayOwner(owner);
  const left = Object.entries(permissions).map(
    ([resource, actions]) =>
      [resource, actions.filter((action) => may(nameOf(resource, action)))] as const,
  );
  return Object.fromEntries(left.filter(([, actions]) => actions.length > 0));
}

/** @throws PermissionTooWide naming what the owner may not do */
export function refuseTooWide(permissions: KeyPermissions, owner: Owner): void {
  const may = mayOwner(owner);
  const beyond = namesOf(permissions).filter((name) => !may(name));
  if (beyond.length > 0) {
    throw PermissionTooWide(`A key may do no more than its owner, so not ${beyond.join(', ')}`);
  }
}
