/** What an attacker knows: whose rows there are to be tried, and what is put where an id belongs. */
import { randomUUID } from 'node:crypto';
import type { Actor, Tenant } from './cast.ts';
import { bodyOf, paramsIn, type Swept } from './routes.ts';
import type { Row } from './rows.ts';
import { idsIn } from './samples.ts';

/** What an attacker knows of the stage. */
export type Sight = {
  readonly actor: Actor;
  /** Rows of others by table, one of each tenant. */
  readonly foreign: ReadonlyMap<string, readonly Row[]>;
  /** The ids of all of them. */
  readonly secrets: ReadonlySet<string>;
  /** Rows of the actor's own and of their organization. */
  readonly own: readonly Row[];
  /** Those whose rows are foreign. */
  readonly others: readonly Tenant[];
};

export type Values = Readonly<Record<string, string>>;

const nothing: Values = { email: `${randomUUID()}@example.com` };
const nowhere = new Map<string, string>();

/** An id that exists nowhere, or an address of nobody; always the same one in one place. */
export function nothingAs(name: string) {
  const id = nothing[name] ?? nowhere.get(name) ?? randomUUID();
  nowhere.set(name, id);
  return id;
}

/** The table whose rows a parameter names: `id` stands behind its noun, others tell it themselves. */
export function tableOf({ path }: Swept, name: string) {
  if (name === 'email') return 'users';
  if (name !== 'id') return name.replace(/_id$/, 's');
  return path.split('/:id')[0]?.split('/').findLast(Boolean)?.replaceAll('-', '_') ?? '';
}

export const named = (name: string, { id, text }: Row): string =>
  name === 'email' ? JSON.parse(text).email : (id as string);

/** In their own organization people know each other: there, another's account is nobody foreign's. */
const isKnown = (route: Swept, { fellows }: Actor, { table, id }: Row) =>
  table === 'users' && fellows.has(id ?? '') && /:organization_id/.test(route.path);

/** Rows of others for one place: of its own kind from each tenant, and one of every other kind. */
export function candidates(route: Swept, { foreign, actor }: Sight, table: string): Row[] {
  const same = foreign.get(table) ?? [];
  const other = [...foreign].flatMap(([name, rows], at) =>
    name === table ? [] : [rows[(at + actor.name.length) % rows.length] as Row],
  );
  return [...same, ...other].filter((row) => row.id && !isKnown(route, actor, row));
}

export function ownValue(route: Swept, { actor, own }: Sight, name: string): string | undefined {
  if (name === 'organization_id') return actor.organization;
  if (name === 'user_id') return actor.id;
  const ofTable = own.filter(({ table }) => table === tableOf(route, name));
  const tenant = /:organization_id/.test(route.path) ? actor.organization : actor.id;
  const row = ofTable.find(({ tenants }) => tenants.includes(tenant ?? '')) ?? ofTable[0];
  return row && named(name, row);
}

/** The path filled with what is the actor's own; undefined where they have nothing of the kind. */
export function ownValues(route: Swept, sight: Sight): Values | undefined {
  const values = paramsIn(route).map((name) => [name, ownValue(route, sight, name)] as const);
  return values.every(([, value]) => value) ? (Object.fromEntries(values) as Values) : undefined;
}

/** A body that fits and names nobody else: what may be null is, what may be left out is. */
export function harmless(route: Swept, sight: Sight) {
  const { required = [] } = (route.body ?? {}) as { required?: readonly string[] };
  const ids = idsIn(route.body).map(({ name, isNullable, write }) => {
    const needed = required.includes(name) ? write(nothingAs(name)) : undefined;
    return [name, isNullable ? null : needed] as const;
  });
  const { body, more } = bodyOf(route, sight.actor.canary, Object.fromEntries(ids));
  return { body, headers: { ...sight.actor.headers, ...more?.headers } };
}
