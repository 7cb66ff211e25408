/** Who is calling. Built once per request or token, immutable, and carried by the database handle. */

/** What a caller may do to one kind of resource: `tasks:write`. */
export type Permission = `${string}:${'read' | 'write' | 'manage'}`;

/** What a route demands; every route says one of these. An API key is nobody who signed in. */
export type Allow = 'public' | 'signed-in' | Permission;

export type Principal = {
  readonly kind: 'anonymous' | 'user' | 'api_key' | 'system';
  /** The local account; the nil UUID (RFC 9562), which owns nothing, where there is none. */
  readonly userId: string;
  /** The organization as which a key of it acts; such a caller is no user. */
  readonly organizationId: string | null;
  /** The caller's id in the words of whoever vouches for it: the token's `sub`. */
  readonly subject: string;
  /** The session the credential belongs to, where it belongs to one. */
  readonly sessionId: string | null;
  /** The API key that asks, where one does. */
  readonly keyId: string | null;
  readonly superuser: boolean;
  readonly permissions: ReadonlySet<Permission>;
  /** How often it may ask, where it has a limit of its own. */
  readonly limit: RequestLimit | null;
};

/** So many requests in so many seconds. */
export type RequestLimit = { readonly requests: number; readonly seconds: number };

/** The nil and the max UUID (RFC 9562): nobody, and the server itself. */
export const nilUuid = '00000000-0000-0000-0000-000000000000';
export const maxUuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A caller without a credential: may use public routes and owns nothing. */
export const anonymous: Principal = Object.freeze({
  kind: 'anonymous',
  userId: nilUuid,
  organizationId: null,
  subject: '',
  sessionId: null,
  keyId: null,
  superuser: false,
  permissions: new Set<Permission>(),
  limit: null,
});

/** The server itself: boot, the command line, jobs. Never made from a request. */
export const system: Principal = Object.freeze({ ...anonymous, kind: 'system', superuser: true });

export const may = (principal: Principal, allow: Permission): boolean =>
  principal.superuser || principal.permissions.has(allow);
