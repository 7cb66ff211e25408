/** Access tokens (RFC 9068): issued for a session, verified once and remembered until they expire. */
import { hash } from 'node:crypto';
import { decodeJwt, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '#kernel/clock.ts';
import type { Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Permission, Principal } from '#kernel/principal.ts';
import type { Revocations } from '#kernel/revocations.ts';
import type { TokenSubject, Tokens } from '#kernel/tokens.ts';
import { remembering } from '#platform/remembering.ts';
import { heldKeyring, openKeyring } from './keyring.ts';
import type { Algorithm } from './model.ts';

export { forgetRevocations } from './revocations.ts';
export { changed, changedAll } from './revoke.ts';
export { replaceKeys, rotateKeys } from './rotation.ts';

export type TokenSettings = {
  readonly SECRET_KEY: string;
  readonly JWT_ALGORITHM: Algorithm;
  readonly PUBLIC_URL?: string | undefined;
  readonly JWT_ISSUER?: string | undefined;
  readonly JWT_AUDIENCE: string;
  readonly ACCESS_TOKEN_EXPIRE_MINUTES: number;
};

/** Longer than any token of ours; what is longer is not worth hashing. */
const maxTokenLength = 4_096;
/** RFC 7515, section 3.1. */
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** How far the clocks of our own processes may differ. */
const toleranceSeconds = 5;

/** The `iss` of our tokens: our address, where we were told it. */
export const issuerOf = ({
  JWT_ISSUER,
  PUBLIC_URL,
}: Pick<TokenSettings, 'JWT_ISSUER' | 'PUBLIC_URL'>) => JWT_ISSUER ?? PUBLIC_URL ?? 'plinth';

/**
 * Opens the tokens of this server.
 *
 * @param permissions what every user may do
 */
export async function openTokens(
  db: Db,
  clock: Clock,
  settings: TokenSettings,
  permissions: ReadonlySet<Permission>,
  revocations: Revocations,
): Promise<Tokens> {
  const audience = settings.JWT_AUDIENCE;
  const issuer = issuerOf(settings);
  const lifetimeSeconds = settings.ACCESS_TOKEN_EXPIRE_MINUTES * 60;
  const remembered = remembering<Principal>(clock);
  const load = () => openKeyring(db, settings.SECRET_KEY, settings.JWT_ALGORITHM);
  const keys = await heldKeyring(load, revocations, () => remembered.clear());

  async function issue({ user_id, session_id, superuser }: TokenSubject) {
    const now = Math.floor(clock.now() / 1000);
    const { signerAt } = await keys.current();
    const { kid, alg, key } = signerAt(clock.now());
    const access_token = await new SignJWT({ sid: session_id, ...(superuser && { su: true }) })
      .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(user_id)
      .setJti(newId())
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(key);
    return { access_token, token_type: 'bearer', expires_in: lifetimeSeconds } as const;
  }

  function verify(token: string) {
    if (token.length > maxTokenLength || !form.test(token)) return undefined;
    const digest = hash('sha256', token, 'base64url');
    const known = remembered.get(digest);
    if (!known) return verifyAnew(token, digest);
    const confirmed = revocations.confirm();
    const answer = () => (keys.changed() ? verifyAnew(token, digest) : unlessEnded(known));
    return confirmed ? confirmed.then(answer) : answer();
  }

  const unlessEnded = (principal: Principal) =>
    revocations.has(principal.sessionId ?? '') ? undefined : principal;

  async function verifyAnew(token: string, digest: string) {
    try {
      if (decodeJwt(token).iss !== issuer) return undefined; // another's, which its own keys verify
      const { verifier } = await keys.current();
      const { payload } = await jwtVerify(token, verifier, {
        algorithms: ['EdDSA', 'ES256'],
        typ: 'at+jwt',
        issuer,
        audience,
        requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp'],
        clockTolerance: toleranceSeconds,
        maxTokenAge: lifetimeSeconds, // also where tokens were allowed to live longer before
        currentDate: new Date(clock.now()),
      });
      const principal = principalOf(payload, permissions);
      if (!principal) return undefined;
      remembered.set(digest, principal, (Number(payload.exp) + toleranceSeconds) * 1000);
      return unlessEnded(principal);
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  return { issue, verify, jwks: async () => ({ keys: (await keys.current()).published }) };
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

function principalOf({ sub, sid, su }: JWTPayload, permissions: ReadonlySet<Permission>) {
  if (typeof sub !== 'string' || !uuid.test(sub)) return undefined;
  if (typeof sid !== 'string' || !uuid.test(sid)) return undefined;
  return Object.freeze<Principal>({
    kind: 'user',
    userId: sub,
    organizationId: null,
    subject: sub,
    sessionId: sid,
    keyId: null,
    superuser: su === true,
    permissions,
    limit: null,
  });
}
