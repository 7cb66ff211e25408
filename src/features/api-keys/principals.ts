/** Whom a key speaks for: read once, and remembered until the key changes, or whose it is. */
import type { Ports } from '#kernel/ports.ts';
import { nilUuid, type Principal, system } from '#kernel/principal.ts';
import { remembering } from '#platform/remembering.ts';
import { byDigest, type FoundKey, refusalOf } from './find.ts';
import { keyUses } from './last-use.ts';
import { namesOf, narrowed } from './permissions.ts';
import { digestOf, hasForm, isOurs, keyPurpose } from './secret.ts';

type Remembered = {
  readonly principal: Principal;
  readonly keyId: string;
  /** When the reading began, by `performance.now()`. */
  readonly readAtMs: number;
};

/**
 * Opens the keys of this server. A key that is remembered costs no statement; another costs one, and
 * one that we did not make costs none.
 *
 * @returns `verify`, which gives the principal or undefined, and `close` to write what is still held
 */
export function openKeys({ database, clock, revocations, userPermissions, keyFor }: Ports) {
  const db = database.as(system);
  const uses = keyUses(db);
  const remembered = remembering<Remembered>(clock);

  function verify(key: string): Principal | undefined | Promise<Principal | undefined> {
    if (!hasForm(key)) return undefined;
    const digest = digestOf(key);
    const known = remembered.get(digest);
    if (!known) return isOurs(keyFor(keyPurpose), key) ? read(digest) : undefined;
    const confirmed = revocations.confirm();
    return confirmed ? confirmed.then(() => recall(digest, known)) : recall(digest, known);
  }

  function recall(digest: string, known: Remembered) {
    const { principal, keyId, readAtMs } = known;
    const tenantId = principal.organizationId ?? principal.userId;
    if (revocations.changedSince(readAtMs, keyId, tenantId)) return read(digest);
    uses.note(keyId, clock.now());
    return principal;
  }

  async function read(digest: string) {
    const readAtMs = performance.now();
    const [row] = await byDigest(db, { digest });
    const nowMs = clock.now();
    remembered.delete(digest);
    if (!row || refusalOf(row, nowMs)) return undefined;
    const principal = principalOf(row);
    const expiresAtMs = row.expires_at === null ? Infinity : Date.parse(row.expires_at);
    remembered.set(digest, { principal, keyId: row.id, readAtMs }, expiresAtMs);
    uses.note(row.id, nowMs);
    return principal;
  }

  /**
   * Never a superuser: a superuser's key too sees its owner's rows, and what it lists beside them. Of an
   * organization it is the organization, and no user.
   */
  function principalOf(row: FoundKey) {
    const { id, owner_id, organization_id } = row;
    const { rate_limit_requests: requests, rate_limit_seconds: seconds } = row;
    return Object.freeze<Principal>({
      kind: 'api_key',
      userId: owner_id ?? nilUuid,
      organizationId: organization_id,
      subject: row.tenant_id,
      sessionId: null,
      keyId: id,
      superuser: false,
      permissions: new Set(namesOf(narrowed(row, userPermissions))),
      limit: requests === null || seconds === null ? null : Object.freeze({ requests, seconds }),
    });
  }

  return { verify, close: uses.close };
}
