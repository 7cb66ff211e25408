/** What a server does for itself while it serves: keys that have served their time, rows nobody needs. */
import type { Logger } from 'pino';
import { forgetReplays } from '#features/idempotency/service.ts';
import { forgetRevocations, rotateKeys } from '#features/tokens/service.ts';
import type { Ports } from '#kernel/ports.ts';
import { system } from '#kernel/principal.ts';

const everyMs = 3_600_000;

/**
 * Begins now and goes on every hour; of many processes each does it, and no two do the same thing twice.
 *
 * @returns what ends it
 */
export function upkeep(ports: Ports, log: Logger): () => void {
  const db = ports.database.as(system);
  const { JWT_KEY_ROTATION_DAYS: days } = ports.settings;

  async function keep() {
    try {
      const kid = days > 0 ? await rotateKeys(db, ports, days) : undefined;
      if (kid) log.info({ kid }, 'a new signing key is published');
      await forgetRevocations(db, ports.revocations);
      await forgetReplays(db);
    } catch (error) {
      log.warn({ err: error }, 'upkeep failed, and is tried again in an hour');
    }
  }

  void keep();
  const timer = setInterval(keep, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
