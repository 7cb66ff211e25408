/** Finding out which e-mail addresses have an account, made slow where an answer must tell. */
import type { Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';
import type { ProblemKind } from '#kernel/problem.ts';

/**
 * Does what tells whether an e-mail address is taken. That it is counts as a failure of the network:
 * the account is not guessed at, and nobody who signs in waits for it.
 *
 * @param taken the problem that tells
 * @throws TooManyRequests, and what the work throws
 */
export const probing = <Result>(
  { client }: Db,
  { probes }: Ports,
  taken: ProblemKind,
  work: () => Promise<Result>,
): Promise<Result> => {
  const { address } = client;
  return probes.run({ account: newId(), address, isKnown: async () => true, failure: taken }, work);
};
