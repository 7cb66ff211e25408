/** Jobs: what of a new one does not fit together, all of it at once, before anything is stored. */
import type { Job } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { type FieldError, Invalid, Problem } from '#kernel/problem.ts';
import type { JobCreate, Trigger } from './model.ts';
import { firstDue, periodMs, type Schedule, units } from './schedule.ts';

type TriggerType = Trigger['trigger_type'];
type Field = keyof JobCreate;

/** Which fields say when, and to which types of trigger they mean something. */
const meaning: Readonly<Partial<Record<Field, readonly TriggerType[]>>> = {
  cron_expression: ['cron'],
  ...Object.fromEntries(units.map((unit) => [unit, ['interval']])),
  run_date: ['once'],
  start_date: ['cron', 'interval'],
  end_date: ['cron', 'interval'],
};

/** Where these are wrong, there is no saying when it is due first. */
const decisive = { cron: 'cron_expression', interval: 'seconds', once: 'run_date' } as const;

const usualZone = 'UTC';
const longestPeriodMs = 10 * 366 * 86_400_000;
const mostBytes = 65_536;
/** What lies beneath would be somebody else's address. */
const taken: ReadonlySet<string> = new Set(['functions', 'history']);

const wrong = (field: Field, msg: string, type = 'schedule'): FieldError => ({
  loc: ['body', field],
  msg,
  type,
});

/** The name of a zone as the IANA writes it; undefined where there is none of that name. */
function zoneOf(name: string): string | undefined {
  try {
    // An offset is no place, and has no clocks that change.
    return /^[A-Za-z]/.test(name)
      ? Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId
      : undefined;
  } catch {
    return undefined;
  }
}

const notHere = (field: Field, trigger_type: TriggerType) =>
  wrong(field, `means nothing where trigger_type is ${trigger_type}`);

function* unfitFields(input: JobCreate): Generator<FieldError> {
  const { trigger_type, job_id, payload = {} } = input;
  for (const [field, types] of Object.entries(meaning) as [Field, readonly TriggerType[]][]) {
    const isGiven = input[field] !== undefined && input[field] !== null;
    if (isGiven && !types.includes(trigger_type)) yield notHere(field, trigger_type);
  }
  if (job_id && taken.has(job_id)) yield wrong('job_id', 'is taken by an address of its own');
  if (Buffer.byteLength(JSON.stringify(payload)) > mostBytes) {
    yield wrong('payload', `is longer than ${mostBytes} bytes`, 'maxLength');
  }
  if (trigger_type === 'cron' && !input.cron_expression) {
    yield wrong('cron_expression', 'is required where trigger_type is cron', 'required');
  }
  const period = periodMs(input);
  if (trigger_type === 'interval' && period < 1000) {
    yield wrong(
      'seconds',
      'or a longer unit is required where trigger_type is interval',
      'required',
    );
  }
  if (period > longestPeriodMs) yield wrong('seconds', 'and the other units are over ten years');
  const { start_date: start, end_date: end } = input;
  if (start && end && Date.parse(end) < Date.parse(start)) {
    yield wrong('end_date', 'is before start_date');
  }
}

/** When it is due first, or why that is never. */
function beginning(schedule: Schedule, grace: number | null, nowMs: number): number | FieldError {
  const { trigger_type, run_date } = schedule;
  let dueMs: number | null;
  try {
    dueMs = firstDue(schedule, nowMs);
  } catch (error) {
    return wrong('cron_expression', `cannot be used: ${(error as Error).message}`);
  }
  if (dueMs === null) {
    const field = trigger_type === 'cron' ? 'cron_expression' : 'end_date';
    return wrong(field, 'is such that nothing would ever be due');
  }
  if (trigger_type === 'once' && run_date && grace !== null && dueMs < nowMs - grace * 1000) {
    return wrong('run_date', 'is over for longer than misfire_grace_seconds');
  }
  return dueMs;
}

/** What is said unless it is given means the same to every type of trigger. */
function unfitZone({ trigger_type, timezone: name }: JobCreate, zone: string | undefined) {
  if (trigger_type !== 'cron' && name !== undefined && zone !== usualZone) {
    return [notHere('timezone', trigger_type)];
  }
  return zone ? [] : [wrong('timezone', 'is no time zone of the IANA', 'timezone')];
}

function unknownFunction({ byName }: Ports['jobs']): FieldError {
  const names = [...byName.values()].filter(({ isInternal }) => !isInternal);
  const known = names.map(({ name }) => name).sort();
  return wrong('function', `is none of ${known.join(', ')}`, 'enum');
}

function unfitPayload(jobs: Ports['jobs'], job: Job, payload: object): readonly FieldError[] {
  try {
    jobs.check(job, payload);
    return [];
  } catch (error) {
    if (error instanceof Problem && error.errors) return error.errors;
    throw error;
  }
}

/** Everything but what the database says of it. */
export type NewTrigger = Omit<Trigger, 'id' | 'version' | 'last_run_at' | 'is_builtin' | 'paused'>;

/**
 * A row of what was asked for, every column of it said, and what it is to run.
 *
 * @param id its name where none is given
 * @throws Invalid, naming every place that is wrong
 */
export function fitted({ jobs, clock }: Ports, id: string, input: JobCreate) {
  const nowMs = clock.now();
  const { replace_existing: _, payload = {}, ...given } = input;
  const named = jobs.byName.get(input.function);
  const job = named?.isInternal ? undefined : named;
  const zone = zoneOf(input.timezone ?? usualZone);
  const errors = [
    ...unfitFields(input),
    ...(job ? unfitPayload(jobs, job, payload) : [unknownFunction(jobs)]),
    ...unfitZone(input, zone),
  ];
  const schedule: Schedule = {
    ...blank,
    ...given,
    job_id: input.job_id ?? id,
    timezone: zone ?? usualZone,
  };
  const grace = input.misfire_grace_seconds ?? null;
  const first = firstOf(schedule, grace, nowMs, errors);
  if (typeof first !== 'number') errors.push(first);
  if (!job || typeof first !== 'number' || errors.length > 0) throw refusal(errors);
  const now = new Date(nowMs).toISOString();
  const trigger: NewTrigger = {
    ...schedule,
    function: input.function,
    run_date: schedule.trigger_type === 'once' ? new Date(first).toISOString() : null,
    payload,
    misfire_grace_seconds: grace,
    coalesce: input.coalesce ?? true,
    next_run_at: new Date(first).toISOString(),
    created_at: now,
    updated_at: now,
  };
  return { trigger, job };
}

/** When it is due first, as far as that can be said beside what is wrong already. */
function firstOf(
  schedule: Schedule,
  grace: number | null,
  nowMs: number,
  errors: readonly FieldError[],
) {
  const isWrong = (field: Field) => errors.some(({ loc }) => loc[1] === field);
  if (isWrong(decisive[schedule.trigger_type])) return nowMs;
  const end_date = isWrong('end_date') ? null : schedule.end_date;
  return beginning({ ...schedule, end_date }, grace, nowMs);
}

function refusal(errors: readonly FieldError[]) {
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  return Invalid(`${first?.loc.join('.')} ${first?.msg}${more}`, { errors });
}

const blank = {
  cron_expression: null,
  weeks: null,
  days: null,
  hours: null,
  minutes: null,
  seconds: null,
  run_date: null,
  start_date: null,
  end_date: null,
};
