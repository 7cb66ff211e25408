/** Accounts: the verbs of keeping one's own: name, e-mail address, and whether it is there at all. */
import * as audit from '#features/audit/service.ts';
import * as mail from '#features/mail/service.ts';
import { leavingAll } from '#features/organizations/service.ts';
import * as sessions from '#features/sessions/service.ts';
import { changed } from '#features/tokens/service.ts';
import { canonicalEmail, type User } from '#features/users/model.ts';
import * as users from '#features/users/service.ts';
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { Unauthenticated } from '#kernel/problem.ts';
import { refuseStale } from '#platform/db/editions.ts';
import { addressChangedLetter, newAddressLetter, oldAddressLetter } from './letters.ts';
import { EmailTaken, InvalidToken, type ProfileUpdate, SuperuserStays } from './model.ts';
import { consume, read, revoke } from './one-time-tokens.ts';
import { probing } from './probing.ts';
import { sendLink } from './sending.ts';

const purpose = 'change_email';
/** In the words the full-stack template's clients know. */
const taken = 'User with this email already exists';

/**
 * Changes the caller's name at once, and asks for a new e-mail address: the account keeps the old one
 * until the link in the letter to the new one was followed.
 *
 * @throws EmailTaken; TooManyRequests to a network that asks for many that are taken
 */
export async function updateProfile(
  db: Db,
  ports: Ports,
  { email, full_name }: ProfileUpdate,
): Promise<User> {
  const address = email === undefined ? undefined : canonicalEmail(email);
  const change = () =>
    db.transaction(async (db) => {
      const held = await hold(db);
      const user = full_name === undefined ? held : await rename(db, full_name);
      if (address && address !== user.email) await askFor(db, ports, user, address);
      return user;
    });
  return address ? probing(db, ports, EmailTaken, change) : change();
}

/** The caller's account, held, and as the caller saw it. @throws PreconditionFailed */
async function hold(db: Db) {
  const held = await users.holdById(db, db.principal.userId);
  if (!held) throw Unauthenticated();
  const { password_hash: _, ...user } = refuseStale(db, held);
  return user;
}

async function rename(db: Db, full_name: string | null) {
  const id = db.principal.userId;
  const user = await users.change(db, { id, full_name });
  if (!user) throw Unauthenticated();
  await audit.record(db, 'user.updated', { target_id: id });
  return user;
}

async function askFor(db: Db, ports: Ports, { id, email: old }: User, address: string) {
  await sessions.confirmActor(db);
  if (await users.findByEmail(db, address)) throw EmailTaken(taken);
  const notice = oldAddressLetter(ports.settings);
  const hours = ports.settings.EMAIL_VERIFY_TOKEN_EXPIRE_HOURS;
  const order = { purpose, user_id: id, email: address, hours } as const;
  // Both must have room, or one account could write to any number of strangers.
  if (!(await mail.mayGet(db, old, notice))) return;
  if (!(await sendLink(db, ports, order, newAddressLetter))) return;
  await mail.send(db, ports, old, notice);
  await audit.record(db, 'email.change_requested', { target_id: id });
}

/**
 * Gives an account the address its link was sent to.
 *
 * @throws InvalidToken
 * @throws EmailTaken where somebody else has it by now; the link stays good, should they give it up
 */
export async function confirmEmail(db: Db, ports: Ports, token: string): Promise<void> {
  const { user_id: id, email, current_email } = await read(db, purpose, token);
  await db.transaction(async (db) => {
    const set = await users.change(db, { id, old_email: current_email, email, is_verified: true });
    if (!set) throw InvalidToken();
    await consume(db, purpose, token);
    await revoke(db, id, ['reset_password', 'verify_email']);
    await changed(db, ports, id);
    await mail.send(db, ports, current_email, addressChangedLetter(ports.settings));
    const detail = { from: current_email };
    await audit.record(db, 'email.changed', { actor_id: id, target_id: id, detail });
  });
}

/**
 * Deletes the caller's account and all that is its own. No token of it is believed any more.
 *
 * @throws SuperuserStays, LastOwner
 */
export const removeMe = (db: Db, ports: Ports): Promise<void> =>
  db.transaction(async (db) => {
    const { id, is_superuser } = await hold(db);
    if (is_superuser) throw SuperuserStays();
    await leavingAll(db, [id], async () => {
      await sessions.end(db, ports, { user_id: id });
      await users.remove(db, id);
      await changed(db, ports, id);
      await audit.record(db, 'user.deleted', { target_id: id });
    });
  });
