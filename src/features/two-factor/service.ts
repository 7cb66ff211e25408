/** Two-factor: the verb of proving that one holds the authenticator, or one of its recovery codes. */
import { and, eq, isNotNull, lt } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import type { ProblemKind } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { unseal } from '#platform/crypto/seal.ts';
import { digestOf, isTimeBased, plain, stepOf } from './codes.ts';
import { authenticators, recoveryCodes, TwoFactorRequired, WrongCode } from './model.ts';

export { provePassword } from './password.ts';

/** What the key that seals secrets is derived for. */
export const sealingPurpose = 'two-factor';

const select = statement('two-factor.secret', ({ user_id }: Slots<{ user_id: string }>) =>
  build
    .select({ sealed_secret: authenticators.sealed_secret })
    .from(authenticators)
    .where(and(eq(authenticators.user_id, user_id), isNotNull(authenticators.confirmed_at))),
);

type Step = { user_id: string; sealed_secret: string; step: number };

/** Compare and swap: of any number that bring the code of one step, one finds an earlier step. */
const takeStep = statement('two-factor.takeStep', ({ user_id, sealed_secret, step }: Slots<Step>) =>
  build
    .update(authenticators)
    .set({ last_step: step })
    .where(
      and(
        eq(authenticators.user_id, user_id),
        eq(authenticators.sealed_secret, sealed_secret),
        isNotNull(authenticators.confirmed_at),
        lt(authenticators.last_step, step),
      ),
    )
    .returning({ user_id: authenticators.user_id }),
);

const takeRecoveryCode = statement(
  'two-factor.takeRecoveryCode',
  ({ user_id, digest }: Slots<{ user_id: string; digest: string }>) =>
    build
      .delete(recoveryCodes)
      .where(and(eq(recoveryCodes.user_id, user_id), eq(recoveryCodes.digest, digest)))
      .returning({ user_id: recoveryCodes.user_id }),
);

/**
 * Takes a code of the user's app, or a recovery code; either is good once. To be called outside of a
 * transaction, for a code that was taken must stay taken, and a wrong one be told of.
 *
 * @param code as it was typed; undefined where none came
 * @param refusal what to throw for a wrong code
 * @throws TwoFactorRequired, TooManyRequests
 */
export async function check(
  db: Db,
  ports: Ports,
  user_id: string,
  code: string | undefined,
  refusal: ProblemKind = WrongCode,
): Promise<void> {
  if (code === undefined) throw TwoFactorRequired();
  const typed = plain(code);
  await guessing(db, ports, user_id, async () => {
    const door = db.unscoped('a code is asked for before anybody is signed in');
    const taken = isTimeBased(typed)
      ? await takeTimeBased(door, ports, user_id, typed)
      : await takeRecovery(door, user_id, typed);
    if (taken) return;
    await toldWrong(db, user_id);
    throw refusal();
  });
}

/**
 * Does what tells a code, counted apart from attempts at the password. Who comes here knows that one
 * already, and six digits are few, so nobody is let off for being known.
 *
 * @throws TooManyRequests, and what the work throws
 */
export function guessing<Result>(
  { client }: Db,
  { attempts }: Ports,
  user_id: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const { address } = client;
  return attempts.run({ account: `2fa:${user_id}`, address, isKnown: async () => false }, work);
}

/** Writes down that a code was wrong. */
export const toldWrong = (db: Db, user_id: string) =>
  audit.record(db, 'two_factor.checked', { outcome: 'failure', target_id: user_id });

async function takeTimeBased(db: Db, { keyFor, clock }: Ports, user_id: string, code: string) {
  const [held] = await select(db, { user_id });
  if (!held) return false;
  const { sealed_secret } = held;
  const step = stepOf(unseal(keyFor(sealingPurpose), sealed_secret), code, clock.now());
  if (step === undefined) return false;
  return (await takeStep(db, { user_id, sealed_secret, step })).length > 0;
}

const takeRecovery = (db: Db, user_id: string, code: string) =>
  db.transaction(async (db) => {
    const taken = await takeRecoveryCode(db, { user_id, digest: digestOf(code) });
    if (taken.length === 0) return false;
    await audit.record(db, 'recovery_code.used', { actor_id: user_id, target_id: user_id });
    return true;
  });
