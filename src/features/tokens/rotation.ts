/** Tokens: a new signing key takes over, by command or because the old one has served its time. */
import { and, eq, isNull, lt, ne, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { makeKey, sealingPurpose } from './key.ts';
import { type Algorithm, keyringId, type SigningKey, signingKeys } from './model.ts';
import { changed } from './revoke.ts';

/**
 * So long a new key is published before it signs: whoever keeps our keys for less has it by then, and
 * most others ask again when they meet a key they do not know.
 */
const overlap = sql`interval '1 hour'`;
/** A key that does not sign any more verifies for a token's life, and this long for clocks that differ. */
const margin = sql`interval '5 minutes'`;

type Retiring = { algorithm: Algorithm; days: number };

/** Of any number that rotate at once, one finds the key still in service. */
const retire = statement('tokens.retireKey', ({ algorithm, days }: Slots<Retiring>) =>
  build
    .update(signingKeys)
    .set({ retired_at: sql`now() + ${overlap}` })
    .where(
      and(
        eq(signingKeys.algorithm, algorithm),
        isNull(signingKeys.retired_at),
        lt(signingKeys.signs_from, sql`now() - ${days} * interval '1 day'`),
      ),
    )
    .returning({ kid: signingKeys.kid }),
);

type NewKey = Pick<SigningKey, 'kid' | 'algorithm' | 'public_jwk' | 'sealed_jwk'>;

const insertNext = statement('tokens.insertNextKey', (row: Slots<NewKey>) =>
  build.insert(signingKeys).values({ ...row, signs_from: sql`now() + ${overlap}` } as never),
);

const insertNow = statement('tokens.insertKey', (row: Slots<NewKey>) =>
  build.insert(signingKeys).values(row as never),
);

const dropServed = statement('tokens.dropServedKeys', ({ minutes }: Slots<{ minutes: number }>) =>
  build
    .delete(signingKeys)
    .where(lt(signingKeys.retired_at, sql`now() - ${minutes} * interval '1 minute' - ${margin}`)),
);

const dropOthers = statement('tokens.dropOtherKeys', ({ kid }: Slots<{ kid: string }>) =>
  build.delete(signingKeys).where(ne(signingKeys.kid, kid)),
);

type Rotating = Pick<Ports, 'revocations' | 'keyFor' | 'settings'>;

/**
 * Publishes a new key, which signs in an hour; the old one signs until then, and verifies for as long
 * as tokens of it may be about. Keys that have served are dropped.
 *
 * @param olderThanDays only where the key in service has signed for longer
 * @returns the id of the new key; undefined where none was due, or another process was faster
 */
export async function rotateKeys(
  db: Db,
  ports: Rotating,
  olderThanDays = 0,
): Promise<string | undefined> {
  const { JWT_ALGORITHM: algorithm, ACCESS_TOKEN_EXPIRE_MINUTES: minutes } = ports.settings;
  const key = await makeKey(ports.keyFor(sealingPurpose), algorithm);
  return db.transaction(async (db) => {
    await dropServed(db, { minutes });
    const retired = await retire(db, { algorithm, days: olderThanDays });
    if (retired.length === 0) return undefined;
    await insertNext(db, key);
    await told(db, ports, 'signing_key.rotated', key.kid);
    return key.kid;
  });
}

/**
 * Drops every key at once, for the day one became known: all access tokens die, and whoever is signed
 * in gets new ones by refreshing.
 *
 * @returns the id of the key that signs from now on
 */
export async function replaceKeys(db: Db, ports: Rotating): Promise<string> {
  const { JWT_ALGORITHM: algorithm } = ports.settings;
  const key = await makeKey(ports.keyFor(sealingPurpose), algorithm);
  await db.transaction(async (db) => {
    await dropOthers(db, key);
    await insertNow(db, key);
    await told(db, ports, 'signing_key.replaced', key.kid);
  });
  return key.kid;
}

async function told(db: Db, ports: Rotating, action: audit.Action, kid: string) {
  await changed(db, ports, keyringId);
  await audit.record(db, action, { detail: { kid } });
}
