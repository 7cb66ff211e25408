/** What the process is connected to, opened once at boot and handed to every call. */
import type { Clock } from './clock.ts';
import type { Db } from './db.ts';
import type { Principal } from './principal.ts';
import type { Revocations } from './revocations.ts';
import type { Tokens } from './tokens.ts';

/** The settings a feature may read: the names of the configuration. */
export type Settings = {
  readonly PROJECT_NAME: string;
  readonly ENVIRONMENT: 'development' | 'staging' | 'production';
  readonly REFRESH_TOKEN_EXPIRE_DAYS: number;
};

export type Database = {
  readonly kind: 'postgresql' | 'pglite';
  /** A handle that runs statements as `principal`. */
  as(principal: Principal): Db;
  /**
   * Hears what other processes say on a channel; `broken` whenever something may have been missed.
   * The embedded database has no other process, and says nothing.
   */
  listen(channel: string, hear: (payload: string) => void, broken: () => void): void;
  /** Resolves if the database answers; rejects with what is wrong if it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

export type Ports = {
  readonly settings: Settings;
  /** Of this program. */
  readonly version: string;
  readonly clock: Clock;
  readonly database: Database;
  readonly tokens: Tokens;
  readonly revocations: Revocations;
  /** Makes refresh tokens; derived from the server's secret. */
  readonly refreshKey: Buffer;
  /** False while the process starts or drains: it still answers, but wants no new work. */
  readonly lifecycle: { ready: boolean };
};
