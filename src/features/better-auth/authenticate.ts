/**
 * Finds the principal of session tokens. They are good on every route, as access tokens are: both
 * speak for the same session, and die with it; an application needs no second token for the API.
 */
import type { Authenticator } from '#kernel/feature.ts';
import type { Ports } from '#kernel/ports.ts';
import { openSessionTokens } from './principals.ts';

export const sessionToken = (ports: Ports): readonly Authenticator[] => [
  { credential: 'bearer', ...openSessionTokens(ports) },
];
