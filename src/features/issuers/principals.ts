/** Whom credentials of other issuers speak for: found out once, and remembered while it holds. */
import type { Ports } from '#kernel/ports.ts';
import { type Principal, system } from '#kernel/principal.ts';
import { remembering } from '#platform/remembering.ts';
import { type Person, userOf } from './first-sight.ts';

type Known = {
  readonly principal: Principal;
  /** When the reading began, by `performance.now()`. */
  readonly readAtMs: number;
};

/** What a credential proves. */
export type Proof = {
  readonly person: Person;
  readonly kind: 'user' | 'api_key';
  readonly keyId: string | null;
  readonly permissions: Principal['permissions'];
  /** Until when it need not be proved again, in ms since 1970-01-01. */
  readonly untilMs: number;
};

/** Remembers principals by the digest of their credential; one that is remembered costs no statement. */
export function openPrincipals({ database, clock, revocations }: Ports) {
  const db = database.as(system);
  const remembered = remembering<Known>(clock);
  const finding = new Map<string, Promise<Known | undefined>>();

  const isCurrent = ({ principal, readAtMs }: Known) =>
    !revocations.changedSince(readAtMs, principal.userId);

  /**
   * @param prove says what the credential proves, or undefined where it proves nothing
   * @throws what `prove` throws, to all that asked meanwhile
   */
  function find(digest: string, prove: () => Promise<Proof | undefined>) {
    const known = remembered.get(digest);
    if (!known) return findAnew(digest, prove);
    const confirmed = revocations.confirm();
    const stillKnown = () => (isCurrent(known) ? known.principal : findAnew(digest, prove));
    return confirmed ? confirmed.then(stillKnown) : stillKnown();
  }

  async function findAnew(digest: string, prove: () => Promise<Proof | undefined>) {
    const shared = finding.get(digest) ?? read(digest, prove);
    finding.set(digest, shared);
    const known = await shared.finally(() => {
      if (finding.get(digest) === shared) finding.delete(digest);
    });
    // Who came late may have been told what was read before a change.
    if (!known || isCurrent(known)) return known?.principal;
    return (await read(digest, prove))?.principal;
  }

  async function read(digest: string, prove: () => Promise<Proof | undefined>) {
    const proof = await prove();
    if (!proof) return undefined;
    const readAtMs = performance.now();
    const { user_id, is_active } = await userOf(db, proof.person);
    if (!is_active) return undefined;
    const known = { principal: principalOf(user_id, proof), readAtMs };
    remembered.set(digest, known, proof.untilMs);
    return known;
  }

  return { find };
}

/**
 * Another issuer says who somebody is, and never what they may do here: not even a local superuser is
 * one by its word, so that who breaks into the issuer has not broken in here.
 */
const principalOf = (userId: string, { person, kind, keyId, permissions }: Proof) =>
  Object.freeze<Principal>({
    kind,
    userId,
    organizationId: null,
    subject: person.subject,
    sessionId: null,
    keyId,
    superuser: false,
    permissions,
    limit: null,
  });
