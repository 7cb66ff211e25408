/** Finds the principal of our own API keys. */
import type { Authenticator } from '#kernel/feature.ts';
import type { Ports } from '#kernel/ports.ts';
import { openKeys } from './principals.ts';

export const apiKey = (ports: Ports): readonly Authenticator[] => [
  { credential: 'api_key', ...openKeys(ports) },
];
