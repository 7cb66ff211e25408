/** What the process is connected to, opened once at boot and handed to every call. */
import type { Attempts } from './attempts.ts';
import type { Client } from './client.ts';
import type { Clock } from './clock.ts';
import type { Db } from './db.ts';
import type { Jobs } from './job.ts';
import type { Limits } from './limits.ts';
import type { Mailer } from './mailer.ts';
import type { Permission, Principal } from './principal.ts';
import type { Revocations } from './revocations.ts';
import type { Tokens } from './tokens.ts';

/** The settings a feature may read: the names of the configuration. */
export type Settings = {
  readonly PROJECT_NAME: string;
  readonly ENVIRONMENT: 'development' | 'staging' | 'production';
  readonly HOST: string;
  readonly PORT: number;
  readonly PUBLIC_URL?: string | undefined;
  readonly FRONTEND_HOST: string;
  readonly DATA_DIR: string;
  readonly REFRESH_TOKEN_EXPIRE_DAYS: number;
  readonly EMAIL_RESET_TOKEN_EXPIRE_HOURS: number;
  readonly EMAIL_VERIFY_TOKEN_EXPIRE_HOURS: number;
  readonly INVITATION_EXPIRE_HOURS: number;
  readonly ACCESS_TOKEN_EXPIRE_MINUTES: number;
  readonly JWT_ALGORITHM: 'EdDSA' | 'ES256';
  readonly JWT_ISSUER?: string | undefined;
  readonly JWT_KEY_ROTATION_DAYS: number;
  readonly BETTER_AUTH_URL?: string | undefined;
  readonly BETTER_AUTH_SECRET?: string | undefined;
  readonly JWT_SECRET?: string | undefined;
  readonly TRUSTED_ISSUERS?: string | undefined;
  readonly JWKS_CACHE_TTL_SECONDS: number;
  readonly ISSUER_TIMEOUT_SECONDS: number;
  readonly JOB_POLL_SECONDS: number;
  readonly JOB_HISTORY_DAYS: number;
  readonly JOB_FAILED_HISTORY_DAYS: number;
  readonly SMTP_HOST?: string | undefined;
  readonly SMTP_PORT: number;
  readonly SMTP_TLS: boolean;
  readonly SMTP_SSL: boolean;
  readonly SMTP_USER?: string | undefined;
  readonly SMTP_PASSWORD?: string | undefined;
  readonly SMTP_POOL_SIZE: number;
  readonly SMTP_TIMEOUT_SECONDS: number;
  readonly EMAILS_FROM_EMAIL: string;
  readonly EMAILS_FROM_NAME?: string | undefined;
};

export type Database = {
  readonly kind: 'postgresql' | 'pglite';
  /** A handle that runs statements as `principal`, for a request of `client`. */
  as(principal: Principal, client?: Client): Db;
  /**
   * Runs `work` in one transaction that its first statement begins, so that no connection waits for
   * what comes before that.
   *
   * @param first of the transaction; what it throws, `work` hears at its first statement
   */
  together<Result>(
    principal: Principal,
    client: Client,
    first: (db: Db) => Promise<void>,
    work: (db: Db) => Promise<Result>,
  ): Promise<Result>;
  /**
   * Hears what is said on a channel, by other processes and by handles of this one (`Db.notify`);
   * `broken` whenever something may have been missed.
   */
  listen(channel: string, hear: (payload: string) => void, broken: () => void): void;
  /** Cancels what still runs for clients that are gone; the embedded database cannot. */
  abandon(): void;
  /**
   * Runs a statement that a library wrote, such as the queue's: as nobody, who sees no tenant's rows.
   * What is ours is declared by `statement`.
   */
  execute(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
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
  /** What every signed-in user may do. */
  readonly userPermissions: ReadonlySet<Permission>;
  /** A key of 32 bytes for one purpose, derived from the server's secret; always the same one. */
  keyFor(purpose: string): Buffer;
  readonly attempts: Attempts;
  /** Finding out what is taken, counted apart: it keeps nobody from signing in. */
  readonly probes: Attempts;
  readonly limits: Limits;
  readonly jobs: Jobs;
  readonly mail: Mailer;
  /** The log of the process; what a run says for its history goes to the run. */
  readonly log: Record<'info' | 'warn', (fields: object, message: string) => void>;
  /** False while the process starts or drains: it still answers, but wants no new work. */
  readonly lifecycle: { ready: boolean };
};
