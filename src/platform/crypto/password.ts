/** Passwords: kept as argon2id (RFC 9106); those that came with a hash of another kind verify too. */
import { type Algorithm, hash, type Options } from '@node-rs/argon2';
import { normal, verifierOf } from './foreign-password.ts';

/** OWASP's parameters: 19 MiB, two passes, one lane. */
const options = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} satisfies Options;

/** How every hash of ours begins. */
const ours = `$argon2id$v=19$m=${options.memoryCost},t=${options.timeCost},p=${options.parallelism}$`;

/** A hash no password is known for, so that a missing account costs what a present one does. */
const nobodysHash = `${ours}nSsFI+wZxguUchfmUc4uuA$sf84+uk3bBKEa9ok4KVqZKE3JF91AAN+1aj+BxvOGt0`;

/** Hashes a new password, off the event loop. */
export const hashPassword = (password: string): Promise<string> => hash(normal(password), options);

/**
 * Whether this is the password of a stored hash: ours, or one of bcrypt (`$2a$`, `$2b$`, `$2y$`),
 * of argon2 with other parameters, or of Better Auth's scrypt, all off the event loop.
 *
 * Takes as long without a stored hash, the account that is not there, as with one of ours. A stored
 * text that is no hash matches nothing.
 */
export async function verifyPassword(stored: string | null | undefined, password: string) {
  const known = typeof stored === 'string' && isPasswordHash(stored) ? stored : nobodysHash;
  const matches = await verifierOf(known)?.(known, password);
  return matches === true && known === stored;
}

/** Whether a text is a hash that `verifyPassword` can tell a password by. */
export const isPasswordHash = (text: string): boolean => verifierOf(text) !== undefined;

/** Whether a stored hash is not as we would make it today: sign-in, which has the password, replaces it. */
export const isOutdated = (stored: string): boolean => !stored.startsWith(ours);
