/** Links in letters: the token one carries, what is kept of it, and how it is written. */
import { hash, randomBytes } from 'node:crypto';
import type { Settings } from '#kernel/ports.ts';

const tokenBytes = 32;

export const newToken = (): string => randomBytes(tokenBytes).toString('base64url');

/** What is kept of a token: with it nobody makes the link. */
export const digestOf = (token: string): string => hash('sha256', token, 'base64url');

/** @param path of the page that takes the token */
export const linkTo = ({ FRONTEND_HOST }: Settings, path: string, token: string): string =>
  `${FRONTEND_HOST.replace(/\/+$/, '')}/${path}?token=${token}`;
