/** Hearing what other processes say, on one connection that is made again when it breaks. */
import pg from 'pg';
import { connectionString } from './server.ts';

const longestPauseMs = 5_000;

type Listener = { readonly hear: (payload: string) => void; readonly broken: () => void };

/**
 * Listens to channels of a server. Needs a connection that stays with one session, so not one through
 * pgbouncer's transaction mode; there it hears nothing, and nothing else is wrong.
 */
export function listening(url: string) {
  const listeners = new Map<string, Listener[]>();
  let client: pg.Client | undefined;
  let isConnected = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let failures = 0;

  const everybody = () => [...listeners.values()].flat();

  async function connect() {
    const fresh = new pg.Client({
      connectionString: connectionString(url),
      application_name: 'plinth listener',
      keepAlive: true,
    });
    client = fresh;
    fresh.on('notification', ({ channel, payload = '' }) => {
      for (const { hear } of listeners.get(channel) ?? []) hear(payload);
    });
    fresh.on('error', () => {}); // the end of the connection follows, and is what counts
    fresh.on('end', again);
    try {
      await fresh.connect();
      // A start that is refused ends, though nobody closes this; the types do not know the method.
      (fresh as pg.Client & { unref(): void }).unref();
      for (let heard = 0; heard < listeners.size; ) {
        const more = [...listeners.keys()].slice(heard); // somebody may come while it is waited for
        heard += more.length;
        await listenTo(fresh, more);
      }
      isConnected = true;
      failures = 0;
      for (const { broken } of everybody()) broken(); // what was said while nobody listened
    } catch {
      fresh.end().catch(() => {});
    }
  }

  function again() {
    isConnected = false;
    if (closed) return;
    for (const { broken } of everybody()) broken();
    clearTimeout(timer);
    const pauseMs = Math.min(longestPauseMs, 100 * 2 ** Math.min(failures++, 10));
    timer = setTimeout(connect, pauseMs);
    timer.unref();
  }

  return {
    on(channel: string, listener: Listener) {
      const beside = listeners.get(channel);
      listeners.set(channel, [...(beside ?? []), listener]);
      if (!client) void connect();
      else if (isConnected) {
        const heard = beside ? Promise.resolve() : listenTo(client, [channel]);
        heard.then(listener.broken, () => {}); // where it fails, the connection does, and is made again
      }
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}

const listenTo = (client: pg.Client, channels: readonly string[]) =>
  client.query(channels.map((channel) => `listen ${pg.escapeIdentifier(channel)}`).join('; '));
