/** PGlite, PostgreSQL inside the process, behind the same `pg.Pool` as a server. */
import type { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';

/** How long queued queries may keep timers and sockets waiting. */
const fairnessMs = 2;

/** First bytes of the frontend messages that end a round trip: Sync and simple Query. */
const endsRound = new Set([0x53, 0x51]);

/**
 * A pool with the one connection PGlite has. Callers queue for it as they do for a server's, so
 * transactions serialise. Closing the pool leaves PGlite open.
 */
export function pglitePool(pglite: PGlite, options: pg.PoolConfig = {}): pg.Pool {
  yieldBetweenRounds(pglite);
  /** The end of the client before, whose session nobody has cleaned yet. */
  let drained: Promise<unknown> | undefined;

  class PgliteClient extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      const { connection, ...rest } = createPgConfig(pglite);
      const { parse, connect, end } = connection;

      // pg passes `types` as the client's parsers; the adapter takes it for parameter types.
      connection.parse = (query: { types?: unknown }) =>
        parse.call(connection, Array.isArray(query.types) ? query : { ...query, types: undefined });

      // A pool ends a client whose work failed. The session lives on: the next client cleans it.
      let ended = false;
      connection.end = () => {
        if (ended) return;
        ended = true;
        end.call(connection);
        drained = new Promise((resolve) => connection.once('end', resolve));
      };
      connection.connect = async (port: number, host: string) => {
        if (drained) {
          await drained;
          drained = undefined;
          await pglite.exec('rollback');
          await pglite.exec('discard all');
        }
        return connect.call(connection, port, host);
      };
      super({ ...config, ...rest, connection } as pg.ClientConfig);
    }
  }
  return new pg.Pool({ ...options, Client: PgliteClient, max: 1, idleTimeoutMillis: 0 });
}

/** PGlite answers in microtasks only: without a macrotask now and then, a queue starves the process. */
function yieldBetweenRounds(pglite: PGlite) {
  const run = pglite.execProtocolStream.bind(pglite);
  let yieldedAt = performance.now();
  pglite.execProtocolStream = async (message, options) => {
    const answer = await run(message, options);
    if (endsRound.has(message[0] ?? 0) && performance.now() - yieldedAt > fairnessMs) {
      await new Promise((resolve) => setImmediate(resolve));
      yieldedAt = performance.now();
    }
    return answer;
  };
}
