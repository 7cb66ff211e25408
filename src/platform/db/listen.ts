/** Hearing what other processes say, on a connection of its own that is made again when it breaks. */
import pg from 'pg';
import { connectionString } from './server.ts';

const longestPauseMs = 5_000;

/**
 * Listens to a channel of a server. Needs a connection that stays with one session, so not one through
 * pgbouncer's transaction mode; there it hears nothing, and nothing else is wrong.
 */
export function listen(
  url: string,
  channel: string,
  hear: (payload: string) => void,
  broken: () => void,
): () => Promise<void> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let failures = 0;

  async function connect() {
    const fresh = new pg.Client({
      connectionString: connectionString(url),
      application_name: 'plinth listener',
      keepAlive: true,
    });
    client = fresh;
    fresh.on('notification', ({ payload = '' }) => hear(payload));
    fresh.on('error', () => {}); // the end of the connection follows, and is what counts
    fresh.on('end', again);
    try {
      await fresh.connect();
      // A start that is refused ends, though nobody closes this; the types do not know the method.
      (fresh as pg.Client & { unref(): void }).unref();
      await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
      failures = 0;
      broken(); // what was said while nobody listened
    } catch {
      fresh.end().catch(() => {});
    }
  }

  function again() {
    if (closed) return;
    broken();
    clearTimeout(timer);
    const pauseMs = Math.min(longestPauseMs, 100 * 2 ** Math.min(failures++, 10));
    timer = setTimeout(connect, pauseMs);
    timer.unref();
  }

  void connect();
  return async () => {
    closed = true;
    clearTimeout(timer);
    await client?.end();
  };
}
