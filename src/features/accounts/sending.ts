/** Accounts: letters with a link in them. */
import * as mail from '#features/mail/service.ts';
import type { Db } from '#kernel/db.ts';
import type { Letter } from '#kernel/letter.ts';
import type { Ports, Settings } from '#kernel/ports.ts';
import { keep, type Order } from './one-time-tokens.ts';

/**
 * Sends a letter with a link, unless its address got too many of its kind lately. To be called in the
 * transaction that holds the account's row.
 *
 * @returns whether it was sent
 */
export async function sendLink(
  db: Db,
  ports: Ports,
  order: Order,
  wording: (settings: Settings, token: string) => Letter,
): Promise<boolean> {
  const token = mail.newToken();
  const letter = wording(ports.settings, token);
  if (!(await mail.mayGet(db, order.email, letter))) return false;
  await keep(db, order, token);
  await mail.send(db, ports, order.email, letter);
  return true;
}
