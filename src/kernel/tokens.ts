/** Access tokens as the rest of the house needs them; the tokens feature makes them. */
import type { Principal } from './principal.ts';

/** Whom a token is for: the account and the session it belongs to. */
export type TokenSubject = {
  readonly user_id: string;
  readonly session_id: string;
  readonly superuser: boolean;
};

export type AccessToken = {
  readonly access_token: string;
  readonly token_type: 'bearer';
  /** Seconds. */
  readonly expires_in: number;
};

/** A public key as JSON (RFC 7517). */
export type PublicJwk = { readonly kid: string; readonly kty: string; readonly alg: string };

export type Tokens = {
  issue(subject: TokenSubject): Promise<AccessToken>;
  /** The principal a token speaks for, or undefined if it is no valid token of ours. */
  verify(token: string): Principal | undefined | Promise<Principal | undefined>;
  /** The keys that verify our tokens (RFC 7517). */
  jwks(): Promise<{ keys: PublicJwk[] }>;
};
