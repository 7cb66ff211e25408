/**
 * Refresh tokens: the session, which of its tokens this is, and a proof that we made it. Nothing of a
 * token is stored, so nothing in the database makes one; a forged one is refused without asking it,
 * and a lost answer can be given again.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the key is derived for. */
export const refreshPurpose = 'refresh tokens';

const prefix = 'rt_';
const claimBytes = 20;
const proofBytes = 32;
const form = /^rt_[\w-]{70}$/;

export type RefreshClaim = { readonly session_id: string; readonly generation: number };

export function makeRefreshToken(key: Buffer, { session_id, generation }: RefreshClaim): string {
  const claim = Buffer.alloc(claimBytes);
  claim.write(session_id.replaceAll('-', ''), 'hex');
  claim.writeUInt32BE(generation, 16);
  return prefix + Buffer.concat([claim, prove(key, claim)]).toString('base64url');
}

/** @returns what the token says, or undefined if it is none of ours */
export function readRefreshToken(key: Buffer, token: string): RefreshClaim | undefined {
  if (!form.test(token)) return undefined;
  const bytes = Buffer.from(token.slice(prefix.length), 'base64url');
  if (bytes.length !== claimBytes + proofBytes) return undefined;
  const claim = bytes.subarray(0, claimBytes);
  if (!timingSafeEqual(prove(key, claim), bytes.subarray(claimBytes))) return undefined;
  const hex = claim.toString('hex', 0, 16);
  const session_id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { session_id, generation: claim.readUInt32BE(16) };
}

const prove = (key: Buffer, claim: Buffer) => createHmac('sha256', key).update(claim).digest();
