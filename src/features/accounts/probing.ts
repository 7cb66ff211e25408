/** Finding out which e-mail addresses have an account, made slow where an answer must tell. */
import type { Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';

/**
 * Does what tells whether an e-mail address is taken. What is refused counts as a failure of the
 * network alone: the account is not guessed at, and who signs in to it waits for nothing.
 *
 * @throws TooManyRequests, and what the work throws
 */
export const probing = <Result>(
  { client }: Db,
  { attempts }: Ports,
  work: () => Promise<Result>,
): Promise<Result> =>
  attempts.run({ account: newId(), address: client.address, isKnown: async () => true }, work);
