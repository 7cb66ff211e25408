/**
 * The public keys of an issuer: fetched when they are first needed, and kept. While they are renewed,
 * and while their issuer is away, those that are known serve.
 */
import { createPublicKey } from 'node:crypto';
import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWK,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
} from 'jose';
import type { Clock } from '#kernel/clock.ts';
import type { Answered, Line } from './line.ts';

const maxKeys = 50;
/** How long an unknown `kid` asks for no new keys: anybody can make one up. */
const coolDownMs = 30_000;
/** Past so many times their lifetime, keys are renewed before they are used. */
const tooOld = 2;

export type KeySet = {
  /**
   * The key that a token names.
   *
   * @throws Unavailable where no key is known and the issuer is away; an error of jose where it has none
   */
  readonly find: JWTVerifyGetKey;
  /** How many keys are known, and since when, in ms since 1970-01-01. */
  state(): { readonly keys: number; readonly fetchedAtMs: number | null };
};

type Known = {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly keys: number;
  readonly fetchedAtMs: number;
};

/**
 * Keeps the keys behind a line. Fetches nothing yet.
 *
 * @param ttlMs after which they are renewed
 */
export function keepKeySet(line: Line, clock: Clock, ttlMs: number): KeySet {
  let known: Known | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<Known> | undefined;

  /** A clock that was set back must not make a moment last for ever. */
  const passed = (sinceMs: number) => Math.abs(clock.now() - sinceMs);
  const mayAsk = () => passed(askedAtMs) >= Math.min(ttlMs, coolDownMs);

  /** Whoever asks meanwhile waits for the same answer. */
  function renew(): Promise<Known> {
    askedAtMs = asking ? askedAtMs : clock.now();
    asking ??= line
      .ask({ headers: { accept: 'application/json' } }, usableKeys)
      .then((set) => {
        known = { ...set, fetchedAtMs: clock.now() };
        return known;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  }

  /** The new keys, or the old ones where there are no new ones. */
  const renewed = (old: Known) => renew().catch(() => old);

  async function current(): Promise<Known> {
    if (!known) return renew();
    const age = passed(known.fetchedAtMs);
    if (age < ttlMs || !(asking || mayAsk())) return known;
    const next = renewed(known);
    return age < tooOld * ttlMs ? known : next;
  }

  async function find(header: JWTHeaderParameters, token: FlattenedJWSInput) {
    const held = await current();
    try {
      return await held.find(header, token);
    } catch (error) {
      const isNews = held !== known || asking || passed(askedAtMs) >= coolDownMs;
      if (!(error instanceof errors.JWKSNoMatchingKey && isNews)) throw error;
    }
    const next = held !== known && known ? known : await renewed(held);
    return next.find(header, token);
  }

  return {
    find,
    state: () => ({ keys: known?.keys ?? 0, fetchedAtMs: known?.fetchedAtMs ?? null }),
  };
}

/**
 * The keys of an answer that we can use.
 *
 * @throws where it is no set of keys, or has none: it must not replace one that has
 */
function usableKeys({ status, body }: Answered): Omit<Known, 'fetchedAtMs'> {
  const given = (body as Partial<JSONWebKeySet> | null | undefined)?.keys;
  if (status !== 200 || !Array.isArray(given)) throw new Error(`no set of keys: ${status}`);
  const keys = given.slice(0, maxKeys).flatMap(publicKey);
  if (keys.length === 0) throw new Error('a set without a usable key');
  return { keys: keys.length, find: createLocalJWKSet({ keys }) };
}

/** Kinds of keys, and the one algorithm each is good for here. */
const kinds: Readonly<Record<string, string>> = {
  'OKP Ed25519': 'EdDSA',
  'EC P-256': 'ES256',
  'RSA ': 'RS256',
};
const privateMembers = ['d', 'k', 'p', 'q'];
/** RFC 7518, section 3.3, and an end to what a verification may cost. */
const rsaBits = { least: 2_048, most: 8_192 };

/** The key with what is public of it, or nothing where it is not one that may verify tokens. */
function publicKey(given: unknown): JWK[] {
  if (typeof given !== 'object' || given === null) return [];
  const jwk = given as JWK;
  const { kty, crv, x, y, n, e, kid, use, key_ops } = jwk;
  const alg = kinds[`${kty} ${crv ?? ''}`];
  if (!alg || (jwk.alg !== undefined && jwk.alg !== alg)) return [];
  if (use !== undefined && use !== 'sig') return [];
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify'))) return [];
  if (kid !== undefined && typeof kid !== 'string') return [];
  if (privateMembers.some((member) => member in jwk)) return []; // a secret that is published is none
  const parts = { kty, crv, x, y, n, e };
  const own = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
  return isSound(own as JWK) ? [{ ...own, alg, ...(kid !== undefined && { kid }) } as JWK] : [];
}

function isSound(jwk: JWK): boolean {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: jwk as never, format: 'jwk' });
    const { modulusLength: bits, publicExponent = 0n } = asymmetricKeyDetails ?? {};
    if (jwk.kty !== 'RSA') return true;
    return (
      bits !== undefined && bits >= rsaBits.least && bits <= rsaBits.most && publicExponent > 2n
    );
  } catch {
    return false; // no point of the curve, or not the encoding
  }
}
