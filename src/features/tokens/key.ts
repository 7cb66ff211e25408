/** One signing key: made at random, its public half to be shown, its private half sealed. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { PublicJwk } from '#kernel/tokens.ts';
import { seal } from '#platform/crypto/seal.ts';
import type { Algorithm } from './model.ts';

/** What the key that seals is derived for. */
export const sealingPurpose = 'signing keys';

export async function makeKey(sealing: Buffer, algorithm: Algorithm) {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const shown = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(shown);
  const public_jwk = { ...shown, kid, alg: algorithm, use: 'sig' } as unknown as PublicJwk;
  const sealed_jwk = seal(sealing, JSON.stringify(await exportJWK(pair.privateKey)));
  return { kid, algorithm, public_jwk, sealed_jwk };
}
