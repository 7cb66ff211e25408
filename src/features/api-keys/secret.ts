/**
 * The text of a key: random bytes, and a proof that we made them. One that is forged or mistyped is
 * refused without asking the database.
 */
import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What the key of the proof is derived for. */
export const keyPurpose = 'api keys';

/** What every key begins with, so that it is known for one where it was left lying about. */
export const mark = 'plk_';
const randomLength = 24;
/** Together a multiple of three, so that no two texts are of the same bytes. */
const proofLength = 12;
const form = /^plk_[\w-]{48}$/;
/** Enough to tell one's keys apart; the rest of it is still beyond guessing. */
const shownLength = mark.length + 6;

export type NewKey = { readonly key: string; readonly prefix: string; readonly digest: string };

/** @param secret of the server, for this purpose */
export function makeKey(secret: Buffer): NewKey {
  const random = randomBytes(randomLength);
  const key = mark + Buffer.concat([random, prove(secret, random)]).toString('base64url');
  return { key, prefix: key.slice(0, shownLength), digest: digestOf(key) };
}

export const hasForm = (text: string): boolean => form.test(text);

/** Whether we made it; a text of the right form, and no other, may be asked about. */
export function isOurs(secret: Buffer, key: string): boolean {
  const bytes = Buffer.from(key.slice(mark.length), 'base64url');
  const proof = prove(secret, bytes.subarray(0, randomLength));
  return timingSafeEqual(proof, bytes.subarray(randomLength));
}

/** What is kept of a key: SHA-256, which is enough for what cannot be guessed. */
export const digestOf = (key: string): string => hash('sha256', key, 'base64url');

const prove = (secret: Buffer, random: Buffer) =>
  createHmac('sha256', secret).update(random).digest().subarray(0, proofLength);
