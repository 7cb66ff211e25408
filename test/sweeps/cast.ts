/** Who is on the stage of the sweep: two people by themselves, two organizations, and keys of all. */
import assert from 'node:assert/strict';
import { organizationOf } from '#features/organizations/organization.fixture.ts';
import { keysMay, type Role, roles } from '#kernel/roles.ts';
import type { Caller, Harness } from '../harness.ts';

/** Whose rows are told apart: a person, or an organization. */
export type Tenant = {
  /** In the text of everything that is theirs. */
  readonly canary: string;
  readonly id: string;
  /** Who plants what is theirs. */
  readonly by: Caller;
  readonly isOrganization: boolean;
};

/** Somebody who calls: a person, or a key. */
export type Actor = {
  readonly name: string;
  readonly canary: string;
  /** Of the user, or of the organization whose key it is. */
  readonly id: string;
  readonly email?: string;
  readonly organization?: string;
  /** Where it is a member. */
  readonly role?: Role;
  readonly headers: Readonly<Record<string, string>>;
  /** The tenants whose rows it has something to do with. */
  readonly circle: ReadonlySet<string>;
  /** The people whom it knows by name and address, and no more than that. */
  readonly fellows: ReadonlyMap<string, string>;
};

const canaryOf = (name: string) => `canary-of-${name}`;
export const canaries = /canary-of-[a-z]+\d*(?:-(?:owner|admin|member))?/g;

type Permissions = Record<string, string[]>;

/** Permissions as a key lists them. */
function listed(permissions: Iterable<string>): Permissions {
  const byResource: Permissions = {};
  for (const permission of permissions) {
    const [resource = '', action = ''] = permission.split(':');
    byResource[resource] = [...(byResource[resource] ?? []), action];
  }
  return byResource;
}

const bearing = ({ token }: Caller) => ({ authorization: `Bearer ${token}` });

export async function cast(harness: Harness) {
  const { ports } = harness;
  const tenants: Tenant[] = [];
  const actors: Actor[] = [];

  for (const name of ['ada', 'bob']) {
    const by = await harness.caller(name);
    tenants.push({ canary: canaryOf(name), id: by.id, by, isOrganization: false });
    actors.push(...(await alone(harness, name)));
  }
  for (const name of ['x', 'y']) await stageOrganization(name);
  return { tenants, actors };

  async function stageOrganization(name: string) {
    const entries = roles.map(async (role) => [role, await harness.caller(`${name}-${role}`)]);
    const people = Object.fromEntries(await Promise.all(entries)) as Record<Role, Caller>;
    const inRoles = Object.fromEntries(roles.map((role) => [`${name}-${role}`, role]));
    const organization = await organizationOf(harness, inRoles, canaryOf(name));
    const { owner } = people;
    tenants.push({ canary: canaryOf(name), id: organization, by: owner, isOrganization: true });
    const fellows = new Map(Object.values(people).map(({ id, email }) => [id, email]));
    for (const role of roles) {
      const { id, email } = people[role];
      const person = `${name}-${role}`;
      const canary = canaryOf(person);
      const circle = new Set([id, organization]);
      const shared = { canary, id, email, organization, role, circle, fellows };
      tenants.push({ canary, id, by: people[role], isOrganization: false });
      actors.push({ ...shared, name: person, headers: bearing(people[role]) });
      const headers = await keyOf(harness, people[role], canary, ports.userPermissions);
      actors.push({ ...shared, name: `a key of ${person}`, headers });
    }
    const permissions = [...ports.userPermissions].filter(keysMay);
    actors.push({
      name: `a key of ${name}`,
      canary: canaryOf(name),
      id: organization,
      organization,
      circle: new Set([organization]),
      fellows,
      headers: await keyOf(harness, owner, canaryOf(name), permissions, organization),
    });
  }
}

/** A person who is in no organization, and a key of theirs. */
export async function alone(harness: Harness, name: string): Promise<[Actor, Actor]> {
  const person = await harness.caller(name);
  const { id, email } = person;
  const canary = canaryOf(name);
  const shared = { canary, id, email, circle: new Set([id]), fellows: new Map() };
  const headers = await keyOf(harness, person, canary, harness.ports.userPermissions);
  return [
    { ...shared, name, headers: bearing(person) },
    { ...shared, name: `a key of ${name}`, headers },
  ];
}

/** Makes a key that lists these permissions, and @returns how it is sent. */
async function keyOf(
  { call }: Harness,
  by: Caller,
  name: string,
  permissions: Iterable<string>,
  organization_id?: string,
) {
  const asked = {
    name,
    permissions: listed(permissions),
    ...(organization_id && { organization_id }),
  };
  const { status, body } = await call(by, 'POST /api/v1/api-keys', asked);
  assert.equal(status, 201, JSON.stringify(body));
  return { 'x-api-key': body.key as string };
}
