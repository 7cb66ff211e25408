/**
 * Session tokens: the one long-lived token that Better Auth's client holds. It names the session and
 * its owner, with a proof that we made it. Nothing of it is stored, so nothing in the database makes
 * one, and a forged one is refused without asking it. Unlike a refresh token it stays the same, so who
 * steals it is noticed by nobody: it is good until its session ends.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the key is derived for. */
export const sessionTokenPurpose = 'better auth sessions';

const prefix = 'st_';
const idBytes = 16;
const form = /^st_[\w-]{86}$/;

export type SessionClaim = { readonly session_id: string; readonly user_id: string };

export function makeSessionToken(key: Buffer, { session_id, user_id }: SessionClaim): string {
  const claim = Buffer.from((session_id + user_id).replaceAll('-', ''), 'hex');
  const proof = createHmac('sha256', key).update(claim).digest();
  return prefix + Buffer.concat([claim, proof]).toString('base64url');
}

/** @returns what the token says, or undefined if it is none of ours */
export function readSessionToken(key: Buffer, token: string): SessionClaim | undefined {
  if (!form.test(token)) return undefined;
  const bytes = Buffer.from(token.slice(prefix.length), 'base64url');
  const claim = { session_id: idAt(bytes, 0), user_id: idAt(bytes, idBytes) };
  // Made again and compared whole: there is no second way to write the same token.
  const ours = makeSessionToken(key, claim);
  return timingSafeEqual(Buffer.from(ours), Buffer.from(token)) ? claim : undefined;
}

const idAt = (bytes: Buffer, start: number) =>
  bytes
    .toString('hex', start, start + idBytes)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
