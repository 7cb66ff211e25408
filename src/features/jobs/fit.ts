/** Jobs: what of a new one does not fit together, all of it at once, before anything is stored. */
import type { Ports } from '#kernel/ports.ts';
import { type FieldError, Invalid } from '#kernel/problem.ts';
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

function* unfitFields(input: JobCreate): Generator<FieldError> {
  const { trigger_type, job_id, payload = {} } = input;
  for (const [field, types] of Object.entries(meaning) as [Field, readonly TriggerType[]][]) {
    const isGiven = input[field] !== undefined && input[field] !== null;
    if (isGiven && !types.includes(trigger_type)) {
      yield wrong(field, `means nothing where trigger_type is ${trigger_type}`);
    }
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
    return wrong('cron_expression', `cannot be read: ${(error as Error).message}`);
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

function unfitFunction({ byName }: Ports['jobs'], name: string): FieldError | undefined {
  const found = byName.get(name);
  if (found && !found.isInternal) return undefined;
  const names = [...byName.values()].filter(({ isInternal }) => !isInternal);
  const known = names.map(({ name }) => name).sort();
  return wrong('function', `is none of ${known.join(', ')}`, 'enum');
}

/** Everything but what the database says of it. */
export type NewTrigger = Omit<Trigger, 'id' | 'version' | 'last_run_at' | 'is_builtin' | 'paused'>;

/**
 * A row of what was asked for, every column of it said.
 *
 * @param id its name where none is given
 * @throws Invalid, naming every place that is wrong
 */
export function fitted({ jobs, clock }: Ports, id: string, input: JobCreate): NewTrigger {
  const nowMs = clock.now();
  const { replace_existing: _, ...given } = input;
  const errors = [...unfitFields(input)];
  const unknown = unfitFunction(jobs, input.function);
  if (unknown) errors.push(unknown);
  const timezone = zoneOf(input.timezone ?? 'UTC');
  if (!timezone) errors.push(wrong('timezone', 'is no time zone of the IANA', 'timezone'));
  const schedule: Schedule = {
    ...blank,
    ...given,
    job_id: input.job_id ?? id,
    timezone: timezone ?? 'UTC',
  };
  const grace = input.misfire_grace_seconds ?? null;
  const first = errors.length === 0 ? beginning(schedule, grace, nowMs) : nowMs;
  if (typeof first !== 'number') errors.push(first);
  const [error] = errors;
  if (error || typeof first !== 'number') throw refusal(errors);
  const job = jobs.byName.get(input.function);
  const payload = input.payload ?? {};
  if (job) jobs.check(job, payload);
  const now = new Date(nowMs).toISOString();
  return {
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
