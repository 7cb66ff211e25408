/** Finds the principal of a bearer token (RFC 6750). */
import type { Authenticate } from '#kernel/feature.ts';

const scheme = /^bearer +([\w.~+/=-]+)$/i;

export const bearer: Authenticate = ({ authorization }, { tokens }) => {
  const token = authorization && scheme.exec(authorization)?.[1];
  return token ? tokens.verify(token) : undefined;
};
