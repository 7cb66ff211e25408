/** Finds the principal of tokens and API keys that others issued; nothing where nobody is trusted. */
import type { Authenticator } from '#kernel/feature.ts';
import type { Ports } from '#kernel/ports.ts';
import { issuersOf } from './service.ts';

export const others = (ports: Ports): readonly Authenticator[] => issuersOf(ports).authenticators;
