/** Finding out which e-mail addresses have an account, made slow where an answer must tell. */
import type { Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';

/**
 * Asks whether this network may give an e-mail address that may be taken. What is refused then counts
 * as a failure of the network alone: the account is not guessed at, and who signs in to it waits for
 * nothing.
 *
 * @returns what to call where the address was free
 * @throws TooManyRequests
 */
export const beginProbe = (db: Db, ports: Ports): Promise<() => Promise<void>> =>
  ports.attempts.begin(newId(), db.client.address, async () => true);
