/** Verifying password hashes of every format there is here: argon2, bcrypt, Better Auth's scrypt. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { parseOptions, verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';

type Verify = (stored: string, password: string) => Promise<boolean>;

type Format = {
  /** Whether a text is a hash of it, and one that costs so little that sign-in can bear it. */
  fits(text: string): boolean;
  readonly verify: Verify;
};

/** NFKC, so that the same password typed on another keyboard is the same. */
export const normal = (password: string) => password.normalize('NFKC');

/**
 * Ours are hashed in their normal form and those of others as they were typed, and a hash does not
 * say which: both forms are tried where they differ.
 */
const inBothForms =
  (verify: Verify): Verify =>
  async (stored, password) =>
    (await verify(stored, normal(password))) ||
    (password !== normal(password) && (await verify(stored, password)));

/** The string of the Password Hashing Competition, without a key or data that we would not have. */
const argon2Shape =
  /^\$argon2(?:id|i|d)(?:\$v=(?:16|19))?\$m=\d{1,7},t=\d{1,3},p=\d{1,2}\$[A-Za-z\d+/]{11,86}\$[A-Za-z\d+/]{22,86}$/;
const argon2MaxKiB = 262_144;
/** Memory by passes, which is what it costs: four passes over the most memory. */
const argon2MaxWork = 4 * argon2MaxKiB;
const argon2MaxLanes = 16;

const argon2: Format = {
  fits(text) {
    if (!argon2Shape.test(text)) return false;
    try {
      const { memoryCost, timeCost, parallelism } = parseOptions(text);
      return (
        memoryCost <= argon2MaxKiB &&
        memoryCost * timeCost <= argon2MaxWork &&
        parallelism <= argon2MaxLanes
      );
    } catch {
      return false; // what argon2 itself refuses, such as less memory than its lanes need
    }
  },
  verify: inBothForms(verifyArgon2),
};

/** Each step of the cost doubles the time; 15 takes some seconds. */
const bcrypt: Format = {
  fits: (text) => /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z\d]{53}$/.test(text),
  // Of a long password it takes the first 72 bytes, as whoever made the hash did.
  verify: inBothForms((stored, password) => verifyBcrypt(password, stored)),
};

/** The parameters of Better Auth, which its hashes do not name. */
const scryptParameters = { N: 16_384, r: 16, p: 1, maxmem: 128 * 16_384 * 16 * 2 };

const betterAuth: Format = {
  fits: (text) => /^[\da-f]{32}:[\da-f]{128}$/.test(text),
  async verify(stored, password) {
    const [salt = '', key = ''] = stored.split(':');
    const expected = Buffer.from(key, 'hex');
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    // The salt is the text as it stands, not the bytes it spells.
    scrypt(normal(password), salt, expected.length, scryptParameters, (error, derived) =>
      error ? reject(error) : resolve(derived),
    );
    return timingSafeEqual(await promise, expected);
  },
};

const formats = [argon2, bcrypt, betterAuth];

/** @returns what verifies this hash; undefined where it is none we know, or asks too much */
export const verifierOf = (stored: string): Verify | undefined =>
  formats.find(({ fits }) => fits(stored))?.verify;
