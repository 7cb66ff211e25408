/** What the process is connected to, opened once at boot and handed to every call. */
import type { Clock } from './clock.ts';
import type { Db } from './db.ts';
import type { Principal } from './principal.ts';
import type { Tokens } from './tokens.ts';

/** What the server says of itself. */
export type About = {
  readonly name: string;
  readonly version: string;
  readonly environment: 'development' | 'staging' | 'production';
};

export type Database = {
  readonly kind: 'postgresql' | 'pglite';
  /** A handle that runs statements as `principal`. */
  as(principal: Principal): Db;
  /** Resolves if the database answers; rejects with what is wrong if it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

export type Ports = {
  readonly about: About;
  readonly clock: Clock;
  readonly database: Database;
  readonly tokens: Tokens;
  /** False while the process starts or drains: it still answers, but wants no new work. */
  readonly lifecycle: { ready: boolean };
};
