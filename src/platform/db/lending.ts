/** Connections lent in the name of whoever asked, so that what nobody waits for can be cancelled. */
import type pg from 'pg';
import type { Client } from '#kernel/client.ts';
import { Overloaded, TimedOut } from '#kernel/problem.ts';
import { connected, type Lender, type Runner } from './connection.ts';
import type { OpenPool } from './open.ts';

/** A connection that is still lent so many times after it was told to stop is broken off. */
const maxCancels = 3;

export type Lending = {
  /** A pool for the requests of one client. It throws `TimedOut` for who is gone, `Overloaded` where waiting is hopeless. */
  to(client: Client): Lender & Runner;
  /** Cancels what runs for clients that are gone. */
  abandon(): void;
};

type Loan = {
  readonly client: Client;
  cancels: number;
  /** Whether every cancel request so far was heard. */
  heard: Promise<boolean> | undefined;
};

/** @throws TimedOut if nobody waits for the answer any more */
export function stillWanted(client: Client) {
  if (client.gone) throw TimedOut();
}

export function lendingFrom(pool: pg.Pool, cancel: OpenPool['cancel']): Lending {
  const loans = new Map<pg.PoolClient, Loan>();
  const connect = patiently(pool);

  async function lend(client: Client) {
    const connection = await connect();
    const { release } = connection;
    const loan: Loan = { client, cancels: 0, heard: undefined };
    loans.set(connection, loan);
    connection.release = (broken) => {
      loans.delete(connection);
      if (!loan.heard) return release.call(connection, broken);
      // Whoever has it next must not be hit by what is on its way; till then it may still break.
      let ended = broken;
      const listen = (error: Error) => {
        ended = error;
      };
      connection.on('error', listen);
      void loan.heard.then((heard) => {
        connection.off('error', listen);
        release.call(connection, ended ?? !heard);
      });
    };
    return connection;
  }

  return {
    to(client) {
      const lender: Lender = { connect: () => lend(client) };
      const query = (statement: pg.QueryConfig) =>
        connected(lender, (connection) => {
          stillWanted(client); // it may have left while it waited for a connection
          return connection.query(statement);
        });
      return { ...lender, query } as Lender & Runner;
    },

    abandon() {
      if (!cancel) return;
      for (const [connection, loan] of loans) {
        if (!loan.client.gone) continue;
        if (loan.cancels++ < maxCancels) {
          const before = loan.heard ?? Promise.resolve(true);
          loan.heard = before.then(async (heard) => (await cancel(connection)) && heard);
        } else (connection as Connected).connection.stream.destroy();
      }
    },
  };
}

type Connected = pg.PoolClient & { readonly connection: pg.Connection };

/**
 * Waits for a connection where that has a chance: who would stand behind others, the last of whom
 * waited for half of what is allowed, is refused at once.
 */
function patiently(pool: pg.Pool): () => Promise<pg.PoolClient> {
  const { connectionTimeoutMillis: limitMs = Number.POSITIVE_INFINITY } = pool.options;
  let lastWaitMs = 0;

  return async () => {
    if (pool.waitingCount === 0) {
      lastWaitMs = 0;
      return pool.connect();
    }
    if (lastWaitMs > limitMs / 2)
      throw Overloaded('Too many wait for the database; try again soon');
    const since = performance.now();
    try {
      return await pool.connect();
    } finally {
      lastWaitMs = performance.now() - since;
    }
  };
}
