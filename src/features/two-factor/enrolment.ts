/** Two-factor: the verbs of switching it on, from a secret to its first code. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import * as mail from '#features/mail/service.ts';
import * as sessions from '#features/sessions/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { seal, unseal } from '#platform/crypto/seal.ts';
import { isTimeBased, newSecret, plain, stepOf, urlOf } from './codes.ts';
import { switchedOn } from './letters.ts';
import {
  authenticators,
  EmailNotVerified,
  IncorrectCode,
  TwoFactorEnabled,
  TwoFactorNotBegun,
} from './model.ts';
import { provePassword } from './password.ts';
import { giveRecoveryCodes } from './recovery.ts';
import { guessing, sealingPurpose, toldWrong } from './service.ts';

type Mine = { user_id: string };
type Sealed = Mine & { sealed_secret: string };

const put = statement('two-factor.begin', ({ user_id, sealed_secret }: Slots<Sealed>) =>
  build
    .insert(authenticators)
    .values({ user_id, sealed_secret })
    .onConflictDoUpdate({
      target: authenticators.user_id,
      set: { sealed_secret, created_at: sql`now()` },
      setWhere: isNull(authenticators.confirmed_at),
    })
    .returning({ user_id: authenticators.user_id }),
);

/**
 * Makes a secret, which is not asked for until its first code has come back. Who begins again gets
 * another one, and the one before is gone.
 *
 * @throws NoPassword, WrongPassword, TwoFactorEnabled, TooManyRequests
 */
export async function begin(db: Db, ports: Ports, password: string) {
  const { id: user_id, email, is_verified } = await provePassword(db, ports, password);
  if (!is_verified) throw EmailNotVerified();
  const secret = newSecret();
  const sealed_secret = seal(ports.keyFor(sealingPurpose), secret);
  one(await put(db, { user_id, sealed_secret }), TwoFactorEnabled);
  return { secret, url: urlOf(secret, ports.settings.PROJECT_NAME, email) };
}

const select = statement('two-factor.begun', ({ user_id }: Slots<Mine>) =>
  build
    .select({
      sealed_secret: authenticators.sealed_secret,
      confirmed_at: authenticators.confirmed_at,
    })
    .from(authenticators)
    .where(eq(authenticators.user_id, user_id)),
);

const enable = statement('two-factor.enable', ({ user_id }: Slots<Mine>) =>
  build
    .update(users)
    .set({ two_factor_enabled: true })
    .where(and(eq(users.id, user_id), sql`not ${users.two_factor_enabled}`))
    .returning({ email: users.email }),
);

/** Only the secret the code was made of: another may have taken its place meanwhile. */
const confirmSecret = statement(
  'two-factor.confirm',
  ({ user_id, sealed_secret, step }: Slots<Sealed & { step: number }>) =>
    build
      .update(authenticators)
      .set({ confirmed_at: sql`now()`, last_step: step })
      .where(
        and(
          eq(authenticators.user_id, user_id),
          eq(authenticators.sealed_secret, sealed_secret),
          isNull(authenticators.confirmed_at),
        ),
      )
      .returning({ user_id: authenticators.user_id }),
);

/**
 * Switches two-factor authentication on, by the first code of the app. The user's other sessions end:
 * whoever is in one of them came in by the password alone.
 *
 * @returns recovery codes, shown this once
 * @throws TwoFactorNotBegun, TwoFactorEnabled, IncorrectCode, TooManyRequests
 */
export async function confirm(db: Db, ports: Ports, code: string) {
  const user_id = db.principal.userId;
  const { sealed_secret, confirmed_at } = one(await select(db, { user_id }), TwoFactorNotBegun);
  if (confirmed_at !== null) throw TwoFactorEnabled();
  const typed = plain(code);
  const secret = unseal(ports.keyFor(sealingPurpose), sealed_secret);
  const step = await guessing(db, ports, user_id, async () => {
    const step = isTimeBased(typed) ? stepOf(secret, typed, ports.clock.now()) : undefined;
    if (step !== undefined) return step;
    await toldWrong(db, user_id);
    throw IncorrectCode();
  });
  const recovery_codes = await db.transaction(async (db) => {
    const { email } = one(await enable(db, { user_id }), TwoFactorEnabled);
    await sessions.confirmActor(db);
    one(await confirmSecret(db, { user_id, sealed_secret, step }), IncorrectCode);
    const codes = await giveRecoveryCodes(db, user_id);
    await sessions.endOthers(db, ports);
    await audit.record(db, 'two_factor.enabled', { target_id: user_id });
    await mail.send(db, ports, email, switchedOn(ports.settings));
    return codes;
  });
  return { recovery_codes };
}
