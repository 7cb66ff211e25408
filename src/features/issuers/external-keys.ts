/** API keys of Better Auth: it is asked about each, and its answer is remembered for a moment. */
import { hash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Authenticator } from '#kernel/feature.ts';
import type { Ports } from '#kernel/ports.ts';
import type { Permission } from '#kernel/principal.ts';
import { remembering } from '#platform/remembering.ts';
import { isSubject } from './first-sight.ts';
import type { Answered, Line } from './line.ts';
import { openPrincipals, type Proof } from './principals.ts';

/** A key that is switched off there works here so much longer. */
const rememberedMs = 60_000;
/** A key that was made a moment ago must not be refused for long. */
const refusedMs = 10_000;
const form = /^[\x21-\x7e]{8,512}$/;
/** Ours are nobody else's to see. */
const ours = 'plk_';
/** With these it says no; it need not have keys at all. */
const refusals = [400, 401, 403, 404, 422];

const text = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const GoodKey = Type.Object({
  valid: Type.Literal(true),
  key: Type.Object({
    id: Type.String({ minLength: 1, maxLength: 255 }),
    userId: text,
    /** What newer versions call the owner. */
    referenceId: text,
    enabled: Type.Optional(Type.Boolean()),
    expiresAt: text,
    permissions: Type.Optional(Type.Unknown()),
  }),
});
type GoodKey = Static<typeof GoodKey>['key'];

/**
 * @param name of the issuer, whose people the keys' owners are
 * @returns what finds the principal of a key
 */
export function externalKeys(ports: Ports, name: string, line: Line): Authenticator {
  const { clock, userPermissions } = ports;
  const principals = openPrincipals(ports);
  const refused = remembering<true>(clock);

  async function prove(key: string, digest: string): Promise<Proof | undefined> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const body = JSON.stringify({ key });
    const proof = proofOf(await line.ask({ method: 'POST', headers, body }, goodKey));
    if (!proof) refused.set(digest, true, clock.now() + refusedMs);
    return proof;
  }

  function proofOf(key: GoodKey | undefined): Proof | undefined {
    const subject = key?.userId ?? key?.referenceId;
    if (!key || key.enabled === false || !isSubject(subject)) return undefined;
    const nowMs = clock.now();
    const expiresAtMs = key.expiresAt ? Date.parse(key.expiresAt) : Number.POSITIVE_INFINITY;
    if (!(expiresAtMs > nowMs)) return undefined;
    return {
      person: { issuer: name, subject },
      kind: 'api_key',
      keyId: keyIdOf(name, key.id),
      permissions: narrowed(userPermissions, key.permissions),
      untilMs: Math.min(nowMs + rememberedMs, expiresAtMs),
    };
  }

  return {
    credential: 'api_key',
    verify(key) {
      if (!form.test(key) || key.startsWith(ours)) return undefined;
      const digest = hash('sha256', key, 'base64url');
      return refused.get(digest) ? undefined : principals.find(digest, () => prove(key, digest));
    },
  };
}

/**
 * @returns the key as Better Auth tells of it, or undefined where it says that it is not valid
 * @throws where it says neither
 */
function goodKey({ status, body }: Answered): GoodKey | undefined {
  if (refusals.includes(status)) return undefined;
  const verdict = (body as { valid?: unknown } | null | undefined)?.valid;
  if (status !== 200 || typeof verdict !== 'boolean') throw new Error(`no verdict: ${status}`);
  return Value.Check(GoodKey, body) ? body.key : undefined;
}

/**
 * What the key lists and every user may. A key that lists nothing may do nothing: Better Auth itself
 * refuses such a key wherever a permission is asked for.
 */
function narrowed(may: ReadonlySet<Permission>, listed: unknown): ReadonlySet<Permission> {
  const isListed = (permission: Permission) => {
    const [resource = '', action] = permission.split(':');
    if (typeof listed !== 'object' || listed === null || !Object.hasOwn(listed, resource))
      return false;
    const actions = (listed as Record<string, unknown>)[resource];
    return Array.isArray(actions) && actions.includes(action);
  };
  return new Set([...may].filter(isListed));
}

/** A UUID version 8 (RFC 9562) of the key's id there: for limits and the audit log, which keep UUIDs. */
export function keyIdOf(issuer: string, id: string): string {
  const bytes = hash('sha256', `${issuer}\0${id}`, 'buffer').subarray(0, 16);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
