/** What a process does beside its requests: a list of things, each of which ends when it stops. */
import type { Logger } from 'pino';
import { openTicker } from '#features/jobs/ticker.ts';
import type { Ports } from '#kernel/ports.ts';
import { openWorker } from '#platform/queue/worker.ts';

type Closing = { close(): Promise<unknown> };

/** @returns what ends all of it, and gives it the time it needs for that */
export async function openBackground(ports: Ports, log: Logger): Promise<Closing> {
  const things: Closing[] = [await openWorker(ports, log), await openTicker(ports, log)];
  if (ports.mail.kind === 'none') {
    log.warn('Letters wait, and fail after a day: there is no mail server. Set SMTP_HOST.');
  }
  return {
    async close() {
      await Promise.all(things.map((thing) => thing.close()));
      ports.mail.close();
    },
  };
}
