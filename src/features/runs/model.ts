/** Runs: what can be run, and what became of each run, as the queue tells it. */
import { doublePrecision, index, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import {
  createdBetween,
  Id,
  Nullable,
  Page,
  paging,
  Query,
  Resource,
  Sort,
  Timestamp,
} from '#kernel/schema.ts';

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

/** In the words of the queue: `retry` waits for another attempt, and `failed` has none left. */
const states = ['created', 'retry', 'active', 'completed', 'cancelled', 'failed'] as const;

export const FunctionName = Type.String({
  maxLength: 100,
  description: 'What is run: one of `/jobs/functions`.',
  examples: ['report.counts'],
});
const Told = (description: string, example: unknown) =>
  Nullable(Type.Record(Type.String(), Type.Unknown(), { description }), { examples: [example] });

export const JobRun = Resource('JobRun', {
  id: Id,
  function: FunctionName,
  job_id: Nullable(
    Type.String({
      description: 'The job that caused it; null where a change did.',
      examples: ['report.nightly'],
    }),
  ),
  due_at: Nullable(Timestamp),
  request_id: Nullable(
    Type.String({
      description: 'Of the request that caused it.',
      examples: ['019a9c5e-7a4f-7c21-8d03-5b1f0a6e9c42'],
    }),
    { examples: [null] },
  ),
  payload: Told('What it is told.', {}),
  state: Type.Enum(states, {
    description:
      'Waits (`created`), waits for another attempt (`retry`), runs (`active`), or is over; `failed` has no attempt left.',
    examples: ['completed'],
  }),
  priority: Type.Integer({ examples: [0] }),
  attempt: Type.Integer({
    description: 'The last that was begun; 0 before the first.',
    examples: [1],
  }),
  max_attempts: Type.Integer({ examples: [3] }),
  start_after: Timestamp,
  created_at: Timestamp,
  started_at: Nullable(Timestamp),
  finished_at: Nullable(Timestamp),
  duration_ms: Nullable(Type.Integer({ description: 'Of the last attempt.', examples: [128] })),
  progress: Nullable(Type.Number({ description: 'From 0 to 1, where it says so.', examples: [1] })),
  error: Nullable(
    Type.String({
      description: 'What the last attempt that failed said.',
      examples: ['It took longer than 120 seconds'],
    }),
    { examples: [null] },
  ),
  result: Told('What is worth keeping of it.', { users: 3, tasks: 14 }),
});
export type JobRun = Static<typeof JobRun> & { readonly version: number };
export const JobRunPage = Page('JobRunPage', JobRun);

const which = {
  state: Type.Optional(Type.Enum(states, { description: 'Only those in this state.' })),
  ...createdBetween,
  sort: Sort('created_at'),
};
export const RunsOfJobQuery = Query({ ...paging, ...which });
export type RunsOfJobQuery = Static<typeof RunsOfJobQuery>;
export const RunQuery = Query({
  ...paging,
  ...which,
  function: Type.Optional(
    Type.String({ maxLength: 100, description: 'Only those of this function.' }),
  ),
  job_id: Type.Optional(Type.String({ maxLength: 100, description: 'Only those of this job.' })),
});
export type RunQuery = Static<typeof RunQuery>;

const JobLog = Type.Object(
  {
    id: Id,
    run_id: Id,
    attempt: Type.Integer({ examples: [1] }),
    level: Type.Enum(levels),
    message: Type.String({ examples: ['There are 3 users.'] }),
    fields: Told('What is told beside it.', null),
    created_at: Timestamp,
  },
  { title: 'JobLog' },
);
export const JobLogPage = Page('JobLogPage', JobLog);

export const LogQuery = Query({
  ...paging,
  sort: Type.Enum(['created_at', '-created_at'], {
    default: 'created_at',
    description: 'As it was said, or with `-` the latest first.',
  }),
});
export type LogQuery = Static<typeof LogQuery>;

/** What can be run. */
export const JobFunction = Type.Object(
  {
    name: FunctionName,
    summary: Type.String({ examples: ['Counts the users, organizations, tasks and items.'] }),
    payload: Type.Record(Type.String(), Type.Unknown(), {
      description: 'The JSON Schema of what it is told.',
      examples: [{ type: 'object', properties: {}, additionalProperties: false }],
    }),
    retries: Type.Integer({ description: 'Attempts after the first that failed.', examples: [2] }),
    retry_delay_seconds: Type.Integer({
      description: 'Before the second attempt; it doubles from there on.',
      examples: [5],
    }),
    retry_delay_max_seconds: Type.Integer({ examples: [900] }),
    timeout_seconds: Type.Integer({ description: 'An attempt may take so long.', examples: [120] }),
    concurrency: Type.Integer({ description: 'A process runs so many at once.', examples: [1] }),
    priority: Type.Integer({ description: 'Higher ones are begun first.', examples: [0] }),
    cron: Nullable(Type.String({ description: 'When the server itself runs it, in UTC.' }), {
      examples: [null],
    }),
    is_internal: Type.Boolean({
      description: 'Of the server itself: no job can be made of it.',
      examples: [false],
    }),
  },
  { title: 'JobFunction' },
);
export type JobFunction = Static<typeof JobFunction>;
export const JobFunctionPage = Page('JobFunctionPage', JobFunction);

export const RunNotFound = problem(404, 'run_not_found', 'There is no such run');
export const RunIsOver = problem(409, 'run_is_over', 'This run is over, and cannot be cancelled');
export const RunIsNotOver = problem(
  409,
  'run_is_not_over',
  'Only a run that failed or was cancelled can be queued again',
);
export const FunctionGone = problem(
  409,
  'function_gone',
  'This server does not know the function any more',
  'Start a version of the server that has it.',
);
