/** The database as a service sees it: a handle scoped to whoever is calling. */
import { sql } from 'drizzle-orm';
import { integer, type PgColumn, pgSchema, timestamp } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/pg-proxy';
import type { Client } from './client.ts';
import type { Principal } from './principal.ts';

/** One statement in the form a handle can run. */
export type Compiled = {
  readonly name: string;
  /** The name of the prepared statement; undefined where it is not worth preparing. */
  readonly prepareAs: string | undefined;
  readonly text: string;
  /** The same, telling the database who asks by one value more, which comes last. */
  readonly telling: string;
  values(input: Record<string, unknown>): unknown[];
};

/** A handle that runs statements as `principal`. A transaction is a handle too, so services compose. */
export type Db = {
  readonly principal: Principal;
  /** The request it works for. */
  readonly client: Client;
  /** 32 bytes that only this server can make of a text, and makes of it on every process alike. */
  sign(text: string): Buffer;
  run(statement: Compiled, input: Record<string, unknown>): Promise<unknown[]>;
  /**
   * The same handle, past row-level security: for what is asked before anybody is signed in, or is
   * about others than who asks. What WHERE says is all that holds then.
   *
   * @param why for whoever reads the list of such places, `docs/tenancy.md`
   */
  unscoped(why: string): Db;
  /**
   * Runs `work` in one transaction: all of it happens or none. Inside another transaction it is a
   * savepoint. Shadow the outer handle with the inner one; the outer would wait for ever.
   */
  transaction<Result>(work: (db: Db) => Promise<Result>): Promise<Result>;
  /** Runs what may fail and be asked about afterwards: a savepoint inside a transaction, nothing outside. */
  attempt<Result>(work: (db: Db) => Promise<Result>): Promise<Result>;
  /**
   * Calls `then` once what was done here is committed, at once outside a transaction and never after
   * a rollback: for what this process remembers of the database.
   */
  afterCommit(then: () => void): void;
  /**
   * Tells whoever listens on a channel, in every process and this one first, once what was done here is
   * committed. It may be lost: who hears it looks by itself, too, from time to time.
   */
  notify(channel: string, payload: string): void;
};

/** The schema that holds every table, so that the database can be shared with others. */
export const plinth = pgSchema('plinth');

/** An instant with the precision of the wire: milliseconds. */
export const instant = (name: string) =>
  timestamp(name, { precision: 3, withTimezone: true, mode: 'string' });

/**
 * When a row was made and last edited, and which edition it is. Every update that is built makes it
 * another, unless it says `sameEdition`.
 */
export const editions = (table: string) => ({
  created_at: instant('created_at').notNull().defaultNow(),
  updated_at: instant('updated_at')
    .notNull()
    .defaultNow()
    .$onUpdate(() => sql`now()`),
  version: integer()
    .notNull()
    .default(1)
    .$onUpdate(() => sql`${sql.identifier(table)}.version + 1`),
});

/** Beside what an update sets that is no edit, such as when something was last used. */
export const sameEdition = ({
  updated_at,
  version,
}: Record<'updated_at' | 'version', PgColumn>) => ({
  updated_at: sql`${updated_at}`,
  version: sql`${version}`,
});

/** Drizzle's builder without a connection: it makes the text of statements and never runs them. */
export const build = drizzle(() => Promise.reject(new Error('statements run on a handle')));
