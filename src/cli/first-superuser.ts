/** The first superuser: made at the first start, from the configuration or, in development, at random. */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { EmailTaken } from '#features/users/model.ts';
import * as users from '#features/users/service.ts';
import type { Ports } from '#kernel/ports.ts';
import { system } from '#kernel/principal.ts';
import { Problem } from '#kernel/problem.ts';
import { Refusal } from '#kernel/refusal.ts';
import type { Config } from '../config.ts';
import { makeSuperuser } from './superuser.ts';

export type FirstSuperuser = {
  readonly email: string;
  /** Only where it was made up just now; it is nowhere else to be read. */
  readonly password?: string;
};

/**
 * @returns what to tell the operator; undefined where there is a superuser already
 * @throws Refusal where the password that was set is refused
 */
export async function firstSuperuser(
  { FIRST_SUPERUSER_EMAIL: email, FIRST_SUPERUSER_PASSWORD: given }: Config,
  { database }: Ports,
  log: Logger,
): Promise<FirstSuperuser | undefined> {
  const db = database.as(system);
  if (await users.hasSuperuser(db)) return undefined;
  const password = given ?? randomBytes(12).toString('base64url');
  try {
    await makeSuperuser(db, { email, password });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.kind !== EmailTaken) {
      const sentence = `FIRST_SUPERUSER_PASSWORD is refused. ${error.message}.`;
      throw new Refusal(sentence, { cause: error });
    }
    if (await users.hasSuperuser(db)) return undefined; // another process that starts was faster
    log.warn(
      `Nobody is a superuser: ${email} is an account somebody signed up, and is not raised.`,
    );
    return undefined;
  }
  return { email, ...(given === undefined && { password }) };
}
