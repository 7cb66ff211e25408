/** Opens the database the settings name: a server, or the one embedded in a folder. */
import { join } from 'node:path';
import type pg from 'pg';
import type { Database } from '#kernel/ports.ts';
import { openEmbedded } from './embedded.ts';
import { lendingFrom } from './lending.ts';
import { listening } from './listen.ts';
import { noticesOn } from './notices.ts';
import { type ScopeOptions, scopes } from './scope.ts';
import { openServer, type Wait } from './server.ts';
import { wireTypes } from './types.ts';

export type PoolSettings = {
  readonly DB_POOL_SIZE: number;
  readonly DB_POOL_TIMEOUT: number;
  readonly DB_POOL_RECYCLE: number;
};

export type DatabaseSettings = PoolSettings & {
  readonly DATABASE_URL?: string | undefined;
  readonly DATABASE_LISTEN_URL?: string | undefined;
  readonly DATA_DIR: string;
};

export type OpenPool = {
  readonly kind: Database['kind'];
  readonly pool: pg.Pool;
  /** Where notifications are heard; undefined where there is no other process. */
  readonly listenUrl?: string | undefined;
  /** Cancels what a connection runs, and says whether that was heard; not every engine can. */
  readonly cancel?: ((connection: pg.ClientBase) => Promise<boolean>) | undefined;
  /** The same database, where every statement runs as this role; closing it leaves this one open. */
  as(role: string): Promise<OpenPool>;
  close(): Promise<void>;
};

/** How the pool of either engine behaves. */
export const poolOptions = (settings: PoolSettings): pg.PoolConfig => ({
  max: settings.DB_POOL_SIZE,
  connectionTimeoutMillis: settings.DB_POOL_TIMEOUT * 1000,
  maxLifetimeSeconds: settings.DB_POOL_RECYCLE,
  application_name: 'plinth',
  types: wireTypes,
});

/**
 * Opens the pool and waits until the database answers.
 *
 * @throws if the embedded folder is in use, or the server refuses us or stays away
 */
export async function openPool(settings: DatabaseSettings, wait?: Wait): Promise<OpenPool> {
  const options = poolOptions(settings);
  const { DATABASE_URL: url } = settings;
  if (!url) return openEmbedded(join(settings.DATA_DIR, 'database'), options);
  const opened = await openServer(url, options, wait);
  return { ...opened, listenUrl: settings.DATABASE_LISTEN_URL ?? url };
}

/** The port of the house on an open pool. */
export function databaseOn(
  { kind, pool, cancel, close, listenUrl }: OpenPool,
  options: ScopeOptions,
): Database {
  const lending = lendingFrom(pool, cancel);
  const notices = noticesOn(pool, listenUrl !== undefined);
  const others = listenUrl === undefined ? undefined : listening(listenUrl);
  return {
    kind,
    listen(channel, hear, broken) {
      notices.hear(channel, hear);
      others?.on(channel, { hear, broken });
    },
    ...scopes(lending, notices.tell, options),
    abandon: lending.abandon,
    execute: (text, values) => pool.query(text, values),
    ping: async () => {
      await pool.query('select 1');
    },
    async close() {
      notices.close();
      await others?.close();
      await close();
    },
  };
}
