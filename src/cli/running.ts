/** The way up and down of a process that stays: what `serve` and `worker` stand on. */
import type { Logger } from 'pino';
import type { Limits } from '#kernel/limits.ts';
import type { Ports } from '#kernel/ports.ts';
import { migrate } from '#platform/db/migrations/apply.ts';
import { type OpenPool, openPool } from '#platform/db/open.ts';
import { openLimits } from '#platform/limits/store.ts';
import { openLog } from '#platform/log.ts';
import type { Config } from '../config.ts';
import { openPorts } from '../ports.ts';
import { migrationsFolder } from './migrate.ts';
import { withSecrets } from './secrets.ts';
import { stopSignal } from './stop-signal.ts';

/** How long what is under way may take once the process is told to stop. */
export const drainMs = 10_000;
/** How long the database may take to close after that. */
const closeMs = 5_000;

export type Running = {
  /** With every secret in it. */
  readonly config: ReturnType<typeof withSecrets>;
  readonly ports: Ports;
  readonly log: Logger;
  /** Resolves when the process is to stop. */
  stopped(): Promise<void>;
};

/**
 * Waits for the database, brings it up to date, opens the ports for `work`, and closes all after it.
 *
 * @returns the exit code
 */
export async function running(
  given: Config,
  work: (running: Running) => Promise<void>,
): Promise<number> {
  const log = openLog(given);
  const stop = stopSignal();
  const pool = await openPool(given, {
    attempts: Number.POSITIVE_INFINITY,
    say: (sentence) => log.warn(sentence),
    signal: stop.signal,
  }).catch((error) => {
    if (stop.signal.aborted) return undefined; // told to stop while it waited
    throw error;
  });
  if (!pool) return 0;
  let { close } = pool;
  let limits: Limits | undefined;
  try {
    const config = withSecrets(given);
    await migrate(pool.pool, { folder: migrationsFolder, log: (line) => log.info(line) });
    limits = await openLimits(config, pool, log);
    const ports = await openPorts(config, pool, { limits, log });
    close = ports.database.close; // with what listens beside the pool
    await work({
      config,
      ports,
      log,
      async stopped() {
        log.info(`${await stop.received}: finishing what is under way`);
        ports.lifecycle.ready = false;
      },
    });
  } finally {
    await closed(async () => {
      await limits?.close();
      await close();
    });
    await flushed(log);
  }
  return 0;
}

/** A statement that hangs in the database does not hold the exit either. */
async function closed(close: OpenPool['close']) {
  const timer = setTimeout(() => process.exit(), closeMs);
  await close();
  clearTimeout(timer);
}

const flushed = (log: Logger) => new Promise<void>((resolve) => log.flush(() => resolve()));
