/** Tokens of other issuers, verified as RFC 8725 says: each by its own issuer's keys and rules. */
import { hash } from 'node:crypto';
import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Authenticator } from '#kernel/feature.ts';
import type { Ports } from '#kernel/ports.ts';
import { isSubject } from './first-sight.ts';
import type { KeySet } from './key-set.ts';
import { openPrincipals, type Proof } from './principals.ts';
import { bare, type KeySetIssuer, type SecretIssuer } from './trusted.ts';

/** Better Auth writes the whole user into a token; what is longer is not worth hashing. */
const maxTokenLength = 8_192;
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** How far the clock of an issuer may differ from ours. */
const toleranceSeconds = 5;
/** Other kinds of tokens, such as a letter's link or a session's copy, are signed with the same keys. */
const types = /^(application\/)?(jwt|at\+jwt)$/i;

/** How one issuer's tokens are told and verified. */
type Verifier = {
  readonly name: string;
  /** By what the token says of itself, which nobody has verified yet. */
  isFor(iss: string | undefined, alg: string): boolean;
  readonly algorithms: readonly string[];
  readonly key: JWTVerifyGetKey;
  isAudience(aud: JWTPayload['aud']): boolean;
};

const byKeys = (
  { name, spellings, algorithms, ...issuer }: KeySetIssuer,
  keys: KeySet,
): Verifier => ({
  name,
  algorithms,
  isFor: (iss, alg) => iss !== undefined && spellings.includes(iss) && algorithms.includes(alg),
  key: keys.find,
  isAudience: (aud) => (aud === undefined ? !issuer.needsAudience : names(issuer.audiences, aud)),
});

/** The secret is the only key here, and no public key ever is a secret. */
function bySecret({ name, spellings, audiences, secret, reserved }: SecretIssuer): Verifier {
  const isItsOwn = (iss: string) =>
    spellings.length > 0 ? spellings.includes(iss) : !reserved.has(bare(iss));
  return {
    name,
    algorithms: ['HS256'],
    isFor: (iss, alg) => alg === 'HS256' && (iss === undefined || isItsOwn(iss)),
    key: async () => secret,
    isAudience: (aud) => aud === undefined || names(audiences, aud),
  };
}

const names = (audiences: readonly string[], aud: string | string[]) =>
  [aud].flat().some((one) => audiences.includes(one));

/** @returns what finds the principal of a token, undefined where nobody trusted made it for us */
export function externalTokens(
  ports: Ports,
  keySets: readonly { readonly issuer: KeySetIssuer; readonly keys: KeySet }[],
  secret: SecretIssuer | undefined,
): Authenticator {
  const principals = openPrincipals(ports);
  const verifiers = keySets.map(({ issuer, keys }) => byKeys(issuer, keys));
  if (secret) verifiers.push(bySecret(secret));

  /** One issuer at most is asked: no token is tried until something fits. */
  function verifierOf(token: string): Verifier | undefined {
    const { alg, typ } = decodeProtectedHeader(token);
    const { iss } = decodeJwt(token) as { iss?: unknown };
    if (typeof alg !== 'string' || !(iss === undefined || typeof iss === 'string'))
      return undefined;
    if (typ !== undefined && !(typeof typ === 'string' && types.test(typ))) return undefined;
    return verifiers.find((one) => one.isFor(iss, alg));
  }

  async function prove(token: string): Promise<Proof | undefined> {
    try {
      const verifier = verifierOf(token);
      if (!verifier) return undefined;
      const { payload } = await jwtVerify(token, verifier.key, {
        algorithms: [...verifier.algorithms],
        requiredClaims: ['sub', 'exp'],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(ports.clock.now()),
      });
      return verifier.isAudience(payload.aud) ? proofOf(verifier.name, payload) : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  /** Every other claim, a role for one, is the issuer's own affair. */
  function proofOf(issuer: string, { sub, exp, ...claims }: JWTPayload): Proof | undefined {
    if (!isSubject(sub)) return undefined;
    const verified = claims.email_verified === true || claims.emailVerified === true;
    return {
      person: { issuer, subject: sub, email: claims.email, name: claims.name, verified },
      kind: 'user',
      keyId: null,
      permissions: ports.userPermissions,
      untilMs: (Number(exp) + toleranceSeconds) * 1000,
    };
  }

  return {
    credential: 'bearer',
    verify(token) {
      if (token.length > maxTokenLength || !form.test(token)) return undefined;
      return principals.find(hash('sha256', token, 'base64url'), () => prove(token));
    },
  };
}
