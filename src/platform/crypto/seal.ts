/** Secrets at rest: AES-256-GCM (NIST SP 800-38D) under keys derived from the server's secret. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;

/** A key for one purpose (HKDF, RFC 5869), so that no two uses share one. */
export const deriveKey = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'plinth', purpose, 32));

/** The keys of a secret by purpose, each derived once. */
export function derivedKeys(secret: string): (purpose: string) => Buffer {
  const known = new Map<string, Buffer>();
  return (purpose) => {
    const key = known.get(purpose) ?? deriveKey(secret, purpose);
    known.set(purpose, key);
    return key;
  };
}

/** @returns iv, tag and ciphertext in base64url */
export function seal(key: Buffer, text: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @throws if it was sealed under another key, or changed since */
export function unseal(key: Buffer, text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  const tag = bytes.subarray(ivBytes, ivBytes + tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes));
  decipher.setAuthTag(tag);
  const opened = decipher.update(bytes.subarray(ivBytes + tagBytes));
  return Buffer.concat([opened, decipher.final()]).toString('utf8');
}
