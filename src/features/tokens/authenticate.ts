/** Finds the principal of a bearer token (RFC 6750). */
import type { Authenticate } from '#kernel/feature.ts';

const scheme = /^bearer +/i;

export const bearer: Authenticate = ({ authorization = '' }, { tokens }) => {
  const [prefix] = scheme.exec(authorization) ?? [];
  return prefix ? tokens.verify(authorization.slice(prefix.length)) : undefined;
};
