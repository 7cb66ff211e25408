/** Finds the principal of our own access tokens, and notes that its session is in use. */
import type { Authenticator } from '#kernel/feature.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Principal, system } from '#kernel/principal.ts';
import { sessionUses } from './last-use.ts';

export function bearer({ tokens, database, clock }: Ports): readonly Authenticator[] {
  const uses = sessionUses(database.as(system));
  const noted = (principal: Principal | undefined) => {
    if (principal?.sessionId) uses.note(principal.sessionId, clock.now());
    return principal;
  };
  return [
    {
      credential: 'bearer',
      verify(token) {
        const principal = tokens.verify(token);
        return principal instanceof Promise ? principal.then(noted) : noted(principal);
      },
      close: uses.close,
    },
  ];
}
