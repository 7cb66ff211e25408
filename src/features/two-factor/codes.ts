/** Two-factor: what codes are. Time-based ones (RFC 6238) as every app makes them, and recovery codes. */
import { hash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** What the apps know how to make, and most make nothing else. */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** How many steps the clock of a phone may be off. */
const drift = 1;
/** RFC 4226, section 4: as long as the hash. */
const secretBytes = 20;
/** So much chance that a digest without salt gives nothing away. */
const recoveryBytes = 10;
const recoveryCount = 10;

/** @returns a new secret in base32 */
export const newSecret = (): string => new Secret({ size: secretBytes }).base32;

/** The secret as an app reads it from a QR code. */
export const urlOf = (secret: string, issuer: string, label: string): string =>
  new TOTP({ ...parameters, secret: Secret.fromBase32(secret), issuer, label }).toString();

/**
 * The time step a code belongs to, among those a clock may be off by.
 *
 * @param secret in base32
 * @param nowMs since 1970-01-01
 * @returns undefined where it is no code of these steps
 */
export function stepOf(secret: string, code: string, nowMs: number): number | undefined {
  const totp = new TOTP({ ...parameters, secret: Secret.fromBase32(secret) });
  const off = totp.validate({ token: code, timestamp: nowMs, window: drift });
  return off === null ? undefined : totp.counter({ timestamp: nowMs }) + off;
}

/** What somebody typed, without what was put in for reading. */
export const plain = (typed: string): string => typed.replace(/[\s-]/g, '').toLowerCase();

/** Whether it has the shape of an app's code; everything else is taken for a recovery code. */
export const isTimeBased = (code: string): boolean => /^\d{6}$/.test(code);

/** @returns ten codes in groups of four */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: recoveryCount }, () => {
    const code = new Secret({ size: recoveryBytes }).base32.toLowerCase();
    return code.replace(/.{4}(?!$)/g, '$&-');
  });

/** What is kept of a recovery code: SHA-256 in base64url. */
export const digestOf = (code: string): string => hash('sha256', plain(code), 'base64url');
