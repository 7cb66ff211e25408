/** What a feature folder hands to the app: data, and nothing that runs at import. */
import type { Job } from './job.ts';
import type { LetterSample } from './letter.ts';
import type { Ports } from './ports.ts';
import type { Permission, Principal } from './principal.ts';
import type { Route } from './route.ts';

/** What a request may carry to say who calls: a bearer token (RFC 6750), or `X-API-Key`. */
export type CredentialKind = 'bearer' | 'api_key';

/** Finds out who is calling by one kind of credential. */
export type Authenticator = {
  readonly credential: CredentialKind;
  /**
   * @returns undefined where the credential is none of its own, or not valid
   * @throws Unavailable where whoever could tell is away
   */
  verify(credential: string): Principal | undefined | Promise<Principal | undefined>;
  /** Finishes what it still holds, before the database closes. */
  close?(): Promise<void>;
};

/** The parts of the documentation, in the order in which a newcomer reads them. */
export const parts = [
  'Signing in',
  'Your account',
  'Organizations',
  'Resources',
  'Administration',
  'The server',
  'Other dialects',
] as const;
export type Part = (typeof parts)[number];

export type Feature = {
  /** The plural noun: its folder, its tag in the docs, the first half of its operation ids. */
  readonly name: string;
  /** One sentence for the docs. */
  readonly description: string;
  /** Where the docs have it: among the resources unless said. */
  readonly part?: Part;
  /** What every signed-in user may do with it. */
  readonly permissions?: readonly Permission[];
  /** What only superusers may do, and API keys of theirs that say so. */
  readonly superuserPermissions?: readonly Permission[];
  /** Called once for each server; what it remembers lives as long as that does. */
  readonly authenticate?: (ports: Ports) => readonly Authenticator[];
  /** What it does after the request that causes it, or on a schedule. */
  readonly jobs?: readonly Job[];
  /** Every letter it writes, as an example. */
  readonly letters?: readonly LetterSample[];
  /** Each under the name of its operation: `list` in `tasks` is the operation `tasks-list`. */
  readonly routes: Readonly<Record<string, Route>>;
};

export const feature = (definition: Feature): Feature => definition;
