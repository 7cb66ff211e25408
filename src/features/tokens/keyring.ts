/** The keys of this server, as a process holds them: loaded, opened, and told apart by what they are for. */
import {
  type CryptoKey,
  createLocalJWKSet,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose';
import { build, type Db } from '#kernel/db.ts';
import { Refusal } from '#kernel/refusal.ts';
import type { Revocations } from '#kernel/revocations.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import type { PublicJwk } from '#kernel/tokens.ts';
import { deriveKey, unseal } from '#platform/crypto/seal.ts';
import { makeKey, sealingPurpose } from './key.ts';
import { type Algorithm, keyringId, type SigningKey, signingKeys } from './model.ts';

type Signer = { readonly kid: string; readonly alg: Algorithm; readonly key: CryptoKey };

export type Keyring = {
  /** The key that signs at this time, in ms since 1970-01-01. */
  signerAt(nowMs: number): Signer;
  /** Every key that verifies: the one that signs, the one that will, and those that did lately. */
  readonly published: PublicJwk[];
  readonly verifier: JWTVerifyGetKey;
};

const selectAll = statement('tokens.keys', (_none: Slots<object>) =>
  build.select().from(signingKeys).orderBy(signingKeys.created_at),
);

const insert = statement(
  'tokens.insertFirstKey',
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
  const sealing = deriveKey(secret, sealingPurpose);
  let keys = await selectAll(db, {});
  if (!keys.some((key) => key.algorithm === algorithm)) {
    await insert(db, await makeKey(sealing, algorithm));
    keys = await selectAll(db, {}); // of processes that start together, one has made the key
  }
  const own = keys.filter((key) => key.algorithm === algorithm);
  const signers = await Promise.all(
    own.map(async (row) => ({
      signer: { kid: row.kid, alg: algorithm, key: await privateKey(sealing, row) },
      fromMs: Date.parse(row.signs_from),
    })),
  );
  const [first] = signers;
  if (!first) throw new Error(`there is no key that signs with ${algorithm}`);
  const published = keys.map((row) => row.public_jwk);
  return {
    // The latest that may sign already; before all of them, by a clock that is slow, the first.
    signerAt: (nowMs) => (signers.findLast(({ fromMs }) => fromMs <= nowMs) ?? first).signer,
    published,
    verifier: createLocalJWKSet({ keys: published } as unknown as JSONWebKeySet),
  };
}

export type HeldKeyring = {
  /** Whether the keys changed since they were loaded. */
  changed(): boolean;
  /** @returns the keys as every process has them a moment after they changed */
  current(): Promise<Keyring>;
};

/**
 * Loads the keys, and loads them again whenever they changed.
 *
 * @param reloaded called when they were: what the old ones proved may not hold any more
 */
export async function heldKeyring(
  load: () => Promise<Keyring>,
  revocations: Revocations,
  reloaded: () => void,
): Promise<HeldKeyring> {
  let loading: Promise<void> | undefined;
  let readAtMs = performance.now();
  let keyring = await load();

  async function reload() {
    const startedAt = performance.now();
    keyring = await load();
    readAtMs = startedAt;
    reloaded();
  }

  const changed = () => revocations.changedSince(readAtMs, keyringId);

  async function current() {
    await revocations.confirm();
    if (changed()) {
      loading ??= reload().finally(() => {
        loading = undefined;
      });
      await loading;
    }
    return keyring;
  }

  return { changed, current };
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
