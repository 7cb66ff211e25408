/** What a feature folder hands to the app: data, and nothing that runs at import. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Ports } from './ports.ts';
import type { Permission, Principal } from './principal.ts';
import type { Route } from './route.ts';

/** Finds out who is calling; undefined where the request carries no credential of its kind. */
export type Authenticate = (
  headers: IncomingHttpHeaders,
  ports: Ports,
) => Principal | undefined | Promise<Principal | undefined>;

export type Feature = {
  /** The plural noun: its folder, its tag in the docs, the first half of its operation ids. */
  readonly name: string;
  /** One sentence for the docs. */
  readonly description: string;
  /** What every signed-in user may do with it; other permissions belong to superusers. */
  readonly permissions?: readonly Permission[];
  readonly authenticate?: Authenticate;
  /** Each under the name of its operation: `list` in `tasks` is the operation `tasks-list`. */
  readonly routes: Readonly<Record<string, Route>>;
};

export const feature = (definition: Feature): Feature => definition;
