/** PGlite, PostgreSQL inside the process, behind the same `pg.Pool` as a server. */
import type { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';
import type { OpenPool } from './open.ts';

/** How long queued queries may keep timers and sockets waiting. */
const fairnessMs = 2;
/** Turns of the event loop that they have at most between two queries: one for each such time it worked. */
const maxTurns = 64;

/** First bytes of the frontend messages that end a round trip: Sync and simple Query. */
const endsRound = new Set([0x53, 0x51]);

/**
 * PGlite behind a pool with the one connection it has. Callers queue for it as they do for a server's,
 * so transactions serialise. As another role it is the same session and the same pool: what was open
 * before is that role too from then on.
 */
export function onPglite(pglite: PGlite, options: pg.PoolConfig = {}): OpenPool {
  yieldBetweenRounds(pglite);
  const session = { role: 'none' };
  const pool = pglitePool(pglite, options, session);
  pool.on('error', () => {});
  const opened: OpenPool = {
    kind: 'pglite',
    pool,
    async as(role) {
      session.role = role;
      await pglite.exec(`set role ${role}`);
      return { ...opened, close: async () => {} };
    },
    async close() {
      await pool.end();
      await pglite.close();
    },
  };
  return opened;
}

function pglitePool(
  pglite: PGlite,
  options: pg.PoolConfig,
  session: { readonly role: string },
): pg.Pool {
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
          await pglite.exec('rollback');
          await pglite.exec('discard all');
          await pglite.exec(`set role ${session.role}`);
          drained = undefined;
        }
        return connect.call(connection, port, host);
      };
      super({ ...config, ...rest, connection } as pg.ClientConfig);
    }
  }
  return new pg.Pool({ ...options, Client: PgliteClient, max: 1, idleTimeoutMillis: 0 });
}

/**
 * PGlite answers in microtasks only: without a macrotask now and then, a queue starves the process. A
 * turn of the loop accepts one connection, so a long statement is followed by as many as came meanwhile.
 */
function yieldBetweenRounds(pglite: PGlite) {
  const run = pglite.execProtocolStream.bind(pglite);
  let yieldedAt = performance.now();
  let workedMs = 0;
  pglite.execProtocolStream = async (message, options) => {
    const begunAt = performance.now();
    const answer = await run(message, options);
    const endedAt = performance.now();
    workedMs += endedAt - begunAt;
    if (endsRound.has(message[0] ?? 0) && endedAt - yieldedAt > fairnessMs) {
      const turns = Math.min(maxTurns, Math.ceil(workedMs / fairnessMs));
      for (let turn = 0; turn < turns; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      workedMs = 0;
      yieldedAt = performance.now();
    }
    return answer;
  };
}
