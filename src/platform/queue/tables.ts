/**
 * The queue's tables, which are pg-boss's, as statements of ours see them. They stand in a schema of
 * their own and are no models: a migration makes them as pg-boss wants them.
 */
import {
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgSchema,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from '#kernel/db.ts';

export const queueSchemaName = 'plinth_queue';
const schema = pgSchema(queueSchemaName);

/** Of a run, in the words of pg-boss. `retry` waits for another attempt; `failed` has none left. */
export const runStates = [
  'created',
  'retry',
  'active',
  'completed',
  'cancelled',
  'failed',
] as const;
export type RunState = (typeof runStates)[number];
const state = schema.enum('job_state', runStates);

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' });

/** What a job in the queue carries beside its payload. */
export type Cause = {
  readonly payload: Readonly<Record<string, unknown>>;
  /** Of the request that caused it. */
  readonly request_id: string | null;
  /** The trigger that caused it, and when that was due. */
  readonly job_id?: string;
  readonly due_at?: string;
};

/** One row for each run, whatever becomes of it. The columns that are written or asked here. */
export const queue = schema.table('job', {
  id: uuid().notNull(),
  name: text().notNull(),
  priority: integer().notNull(),
  data: jsonb().$type<Cause>(),
  state: state().notNull(),
  retry_limit: integer().notNull(),
  retry_count: integer().notNull(),
  retry_delay: integer().notNull(),
  retry_backoff: boolean().notNull(),
  retry_delay_max: integer(),
  expire_seconds: integer().notNull(),
  deletion_seconds: integer().notNull(),
  singleton_key: text(),
  start_after: moment('start_after').notNull(),
  created_on: moment('created_on').notNull(),
  started_on: moment('started_on'),
  completed_on: moment('completed_on'),
  keep_until: moment('keep_until').notNull(),
  output: jsonb().$type<Readonly<Record<string, unknown>>>(),
  policy: text(),
  heartbeat_on: moment('heartbeat_on'),
  heartbeat_seconds: integer(),
});

/** The same as a history: a view, in the words of the wire. */
export const runs = schema.table('runs', {
  id: uuid().notNull(),
  function: text().notNull(),
  /** The trigger that caused it; null where a change did. */
  job_id: text(),
  /** When that was due. */
  due_at: text(),
  request_id: text(),
  payload: jsonb().$type<Readonly<Record<string, unknown>>>(),
  state: state().notNull(),
  priority: integer().notNull(),
  singleton_key: text(),
  /** The last that was begun; 0 before the first. */
  attempt: integer().notNull(),
  max_attempts: integer().notNull(),
  /** When the next attempt may begin. */
  start_after: instant('start_after').notNull(),
  created_at: instant('created_at').notNull(),
  /** Of the last attempt. */
  started_at: instant('started_at'),
  finished_at: instant('finished_at'),
  duration_ms: integer(),
  progress: doublePrecision(),
  /** What a failed attempt said. */
  error: text(),
  result: jsonb().$type<Readonly<Record<string, unknown>>>(),
});
