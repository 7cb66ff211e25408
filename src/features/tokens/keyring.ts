/** The keys of this server: made at the first start, kept sealed, loaded at every start. */
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import { build, type Db } from '#kernel/db.ts';
import { Refusal } from '#kernel/refusal.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import type { PublicJwk } from '#kernel/tokens.ts';
import { deriveKey, seal, unseal } from '#platform/crypto/seal.ts';
import { type Algorithm, type SigningKey, signingKeys } from './model.ts';

export type Keyring = {
  readonly signer: { readonly kid: string; readonly alg: Algorithm; readonly key: CryptoKey };
  /** Every key that verifies, the retired ones too. */
  readonly published: PublicJwk[];
};

const selectAll = statement('tokens.keys', (_none: Slots<object>) =>
  build.select().from(signingKeys).orderBy(signingKeys.created_at),
);

const insert = statement(
  'tokens.insertKey',
  (row: Slots<Pick<SigningKey, 'kid' | 'algorithm' | 'public_jwk' | 'sealed_jwk'>>) =>
    build
      .insert(signingKeys)
      .values(row as never)
      .onConflictDoNothing(),
);

/**
 * Loads the keys, and makes the first one of an algorithm.
 *
 * @param secret the server's secret, at least 32 characters
 * @throws Refusal if the keys were sealed under another secret
 */
export async function openKeyring(db: Db, secret: string, algorithm: Algorithm): Promise<Keyring> {
  const sealing = deriveKey(secret, 'signing keys');
  let keys = await selectAll(db, {});
  if (!current(keys, algorithm)) {
    await insert(db, await makeKey(sealing, algorithm));
    keys = await selectAll(db, {}); // of processes that start together, one has made the key
  }
  const signing = current(keys, algorithm);
  if (!signing) throw new Error(`there is no key that signs with ${algorithm}`);
  const { kid } = signing;
  const key = await privateKey(sealing, signing);
  return { signer: { kid, alg: algorithm, key }, published: keys.map((row) => row.public_jwk) };
}

const current = (keys: readonly SigningKey[], algorithm: Algorithm) =>
  keys.find((key) => key.algorithm === algorithm && key.retired_at === null);

async function makeKey(sealing: Buffer, algorithm: Algorithm) {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const shown = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(shown);
  const public_jwk = { ...shown, kid, alg: algorithm, use: 'sig' } as unknown as PublicJwk;
  const sealed_jwk = seal(sealing, JSON.stringify(await exportJWK(pair.privateKey)));
  return { kid, algorithm, public_jwk, sealed_jwk };
}

async function privateKey(sealing: Buffer, { algorithm, sealed_jwk }: SigningKey) {
  let jwk: JWK;
  try {
    jwk = JSON.parse(unseal(sealing, sealed_jwk));
  } catch (cause) {
    const sentence = 'The signing keys in the database were sealed under another SECRET_KEY.';
    throw new Refusal(sentence, { cause });
  }
  return (await importJWK(jwk, algorithm)) as CryptoKey;
}
