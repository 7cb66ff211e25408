/** Opens what the configuration names: the database, the clock, the tokens. */
import { readFileSync } from 'node:fs';
import { openRevocations } from '#features/tokens/revocations.ts';
import { openTokens } from '#features/tokens/service.ts';
import { systemClock } from '#kernel/clock.ts';
import type { Job } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { system } from '#kernel/principal.ts';
import { derivedKeys } from '#platform/crypto/seal.ts';
import { bound } from '#platform/db/bind.ts';
import { databaseOn, type OpenPool } from '#platform/db/open.ts';
import { openAttempts } from '#platform/limits/attempts.ts';
import { memoryLimits } from '#platform/limits/store.ts';
import { openMailer } from '#platform/mail/mailer.ts';
import { openJobs } from '#platform/queue/jobs.ts';
import { registeredJobs, userPermissions } from './app.ts';
import type { Config } from './config.ts';

type Options = {
  readonly clock?: Ports['clock'];
  /** Where limits are counted; in memory unless given. Who opened it closes it. */
  readonly limits?: Ports['limits'];
  /** Those of the registry unless given. */
  readonly jobs?: readonly Job[];
  /** Nothing is logged unless given. */
  readonly log?: Ports['log'];
  /** Hears of every statement a service runs. */
  readonly onStatement?: (name: string) => void;
};

/** This program's version. */
export const version: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version;

/**
 * @param config with every secret in it
 * @param pool on a database that is migrated; closing the ports' database closes it
 * @throws Refusal where row-level security cannot bind the server
 */
export async function openPorts(
  config: Config & { readonly SECRET_KEY: string },
  pool: OpenPool,
  {
    clock = systemClock,
    limits = memoryLimits(),
    jobs: declaredJobs = registeredJobs,
    log = { info: () => {}, warn: () => {} },
    onStatement,
  }: Options = {},
): Promise<Ports> {
  const { DB_ROW_SECURITY: rowSecurity, DB_PREPARED_STATEMENTS: prepared } = config;
  const keyFor = derivedKeys(config.SECRET_KEY);
  const options = { prepared, rowSecurity, signingKey: keyFor('cursors'), onStatement };
  const database = databaseOn(await bound(pool, rowSecurity), options);
  const lifetimeMs = config.ACCESS_TOKEN_EXPIRE_MINUTES * 60_000;
  const revocations = await openRevocations(database, lifetimeMs);
  const db = database.as(system);
  const tokens = await openTokens(db, clock, config, userPermissions, revocations);
  const lifecycle = { ready: false };
  const jobs = await openJobs(database, declaredJobs);
  return {
    settings: config,
    version,
    clock,
    database,
    userPermissions,
    keyFor,
    attempts: openAttempts(limits, 'attempts'),
    probes: openAttempts(limits, 'probes'),
    limits,
    jobs,
    mail: openMailer(config, (sentence) => log.warn({}, sentence)),
    log,
    tokens,
    revocations,
    lifecycle,
  };
}
