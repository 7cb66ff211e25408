/** Passwords, kept as argon2id (RFC 9106) and never otherwise; hashed off the event loop. */
import { type Algorithm, hash, type Options, verify } from '@node-rs/argon2';

/** OWASP's parameters: 19 MiB, two passes, one lane. */
const options: Options = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

/** A hash no password is known for, so that a missing account costs what a present one does. */
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$nSsFI+wZxguUchfmUc4uuA$sf84+uk3bBKEa9ok4KVqZKE3JF91AAN+1aj+BxvOGt0';

/** NFKC, so that the same password typed on another keyboard is the same. */
const normal = (password: string) => password.normalize('NFKC');

export const hashPassword = (password: string): Promise<string> => hash(normal(password), options);

/** Takes as long without a stored hash, the account that is not there, as with one. */
export async function verifyPassword(stored: string | null | undefined, password: string) {
  const matches = await verify(stored ?? nobodysHash, normal(password));
  return matches && typeof stored === 'string';
}
