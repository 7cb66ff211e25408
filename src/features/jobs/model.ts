/** Jobs: what triggers them, as rows. */
import { boolean, index, integer, jsonb, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { FunctionName } from '#features/runs/model.ts';
import { editions, instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import {
  Id,
  Input,
  Nullable,
  Page,
  paging,
  Query,
  Resource,
  Sort,
  Timestamp,
} from '#kernel/schema.ts';

export { FunctionGone, JobRun, JobRunPage, RunsOfJobQuery } from '#features/runs/model.ts';

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

/** A trigger as its row has it. */
export type Trigger = typeof jobs.$inferSelect;

const examplePayload = {};
const JobId = Type.String({
  maxLength: 100,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  description: 'Its name in the addresses here.',
  examples: ['report.nightly'],
});
const TriggerType = Type.Enum(triggerTypes, {
  description: 'By a cron expression, again and again after a while, or once.',
});
const Cron = Type.String({
  minLength: 1,
  maxLength: 200,
  description:
    'Five fields, or six that begin with seconds. An `H` is a value that is the same for each `job_id`.',
  examples: ['30 2 * * 1-5'],
});
const Payload = Type.Record(Type.String(), Type.Unknown(), {
  description: 'What the function is told, as its own schema says.',
  examples: [examplePayload],
});
const Grace = Type.Integer({
  minimum: 1,
  maximum: 31_536_000,
  description:
    'What is due for longer than so many seconds is passed over; null runs however late.',
  examples: [3_600],
});

/** So many of a unit of time, ten years at most. */
const Amount = (maximum: number) =>
  Nullable(Type.Integer({ minimum: 0, maximum }), { examples: [null] });
const Instant = (description: string) =>
  Nullable(
    Type.String({ format: 'date-time', description, examples: ['2027-01-01T00:00:00.000Z'] }),
    { examples: [null] },
  );

const schedule = {
  function: FunctionName,
  trigger_type: TriggerType,
  cron_expression: Nullable(Cron),
  weeks: Amount(522),
  days: Amount(3_653),
  hours: Amount(87_672),
  minutes: Amount(5_260_320),
  seconds: Amount(315_619_200),
  run_date: Instant('When to run once; now where it is not given.'),
  start_date: Instant('Nothing is due before it. An interval is counted from it.'),
  end_date: Instant('Nothing is due after it.'),
  timezone: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'The IANA name of the time zone whose clocks the cron expression means.',
    examples: ['Europe/Berlin'],
  }),
  payload: Payload,
  misfire_grace_seconds: Nullable(Grace),
  coalesce: Type.Boolean({
    description: 'Whether due times that were missed together are one run, as of the last of them.',
    examples: [true],
  }),
};

export const Job = Resource('Job', {
  id: Id,
  job_id: JobId,
  ...schedule,
  paused: Type.Boolean({ examples: [false] }),
  status: Type.Enum(['scheduled', 'paused', 'finished'], {
    description: 'Finished where nothing is due any more.',
  }),
  next_run_at: Nullable(Timestamp),
  last_run_at: Nullable(Timestamp, { examples: [null] }),
  is_builtin: Type.Boolean({
    description: 'The server’s own: it can be paused and run, and nothing else.',
    examples: [false],
  }),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Job = Static<typeof Job> & { readonly version: number };
export const JobPage = Page('JobPage', Job);

const { function: fn, trigger_type, ...rest } = schedule;
export const JobCreate = Input(
  'JobCreate',
  {
    job_id: Type.Optional(JobId),
    function: fn,
    trigger_type,
    ...Type.Partial(Type.Object(rest)).properties,
    replace_existing: Type.Optional(
      Type.Boolean({
        description: 'Whether it may take the place of one that has the same `job_id`.',
      }),
    ),
  },
  {
    examples: [
      {
        function: 'report.counts',
        trigger_type: 'cron',
        cron_expression: '30 2 * * 1-5',
        timezone: 'Europe/Berlin',
        payload: examplePayload,
        misfire_grace_seconds: 3_600,
      },
    ],
  },
);
export type JobCreate = Static<typeof JobCreate>;

export const JobQuery = Query({
  ...paging,
  function: Type.Optional(
    Type.String({ maxLength: 100, description: 'Only those of this function.' }),
  ),
  trigger_type: Type.Optional(Type.Enum(triggerTypes, { description: 'Only those of this type.' })),
  paused: Type.Optional(
    Type.Boolean({ description: 'Only those that are paused, or that are not.' }),
  ),
  sort: Sort('created_at', 'updated_at', 'job_id', 'next_run_at', 'last_run_at'),
});
export type JobQuery = Static<typeof JobQuery>;

export const JobParams = Type.Object({ job_id: JobId });

export const JobNotFound = problem(404, 'job_not_found', 'There is no such job');
export const JobExists = problem(
  409,
  'job_exists',
  'There is a job with this job_id',
  'Take another `job_id`, or say `replace_existing`.',
);
export const JobIsBuiltin = problem(
  409,
  'job_is_builtin',
  'This job is the server’s own: it can be paused and run, and nothing else',
);
