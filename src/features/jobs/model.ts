/** Jobs: what triggers them, as rows, and what their runs say while they run. */
import {
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { editions, instant, plinth } from '#kernel/db.ts';

const triggerTypes = ['cron', 'interval', 'once'] as const;

/** Triggers; the API calls them jobs. */
export const jobs = plinth.table(
  'jobs',
  {
    id: uuid().primaryKey(),
    /** The name people gave it. */
    job_id: text().notNull(),
    function: text().notNull(),
    trigger_type: text({ enum: triggerTypes }).notNull(),
    cron_expression: text(),
    weeks: integer(),
    days: integer(),
    hours: integer(),
    minutes: integer(),
    seconds: integer(),
    run_date: instant('run_date'),
    start_date: instant('start_date'),
    end_date: instant('end_date'),
    /** An IANA name. */
    timezone: text().notNull().default('UTC'),
    payload: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
    /** How late a due time may be handed out; null is however late. */
    misfire_grace_seconds: integer(),
    /** Due times that were missed together are one run. */
    coalesce: boolean().notNull().default(true),
    paused: boolean().notNull().default(false),
    /** Null where nothing is due any more. */
    next_run_at: instant('next_run_at'),
    last_run_at: instant('last_run_at'),
    /** The server's own: comes back with the next start. */
    is_builtin: boolean().notNull().default(false),
    ...editions('jobs'),
  },
  (table) => [
    uniqueIndex('jobs_job_id').on(table.job_id),
    index('jobs_created').on(table.created_at, table.id),
    index('jobs_due').on(table.next_run_at),
  ],
);

const levels = ['info', 'warn', 'error'] as const;

export const jobLogs = plinth.table(
  'job_logs',
  {
    id: uuid().primaryKey(),
    run_id: uuid().notNull(),
    attempt: integer().notNull(),
    level: text({ enum: levels }).notNull(),
    message: text().notNull(),
    fields: jsonb().$type<Readonly<Record<string, unknown>>>(),
    created_at: instant('created_at').notNull(),
  },
  (table) => [
    index('job_logs_run').on(table.run_id, table.created_at, table.id),
    index('job_logs_time').on(table.created_at),
  ],
);

export const jobProgress = plinth.table(
  'job_progress',
  {
    run_id: uuid().primaryKey(),
    /** From 0 to 1. */
    progress: doublePrecision().notNull(),
    updated_at: instant('updated_at').notNull(),
  },
  (table) => [index('job_progress_time').on(table.updated_at)],
);
