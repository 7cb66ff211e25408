/** When a trigger is due: arithmetic, and nothing else. */
import { cronIn, type Timeline } from './cron.ts';
import type { Trigger } from './model.ts';

/** What says when a trigger is due. */
export type Schedule = Pick<
  Trigger,
  | 'job_id'
  | 'trigger_type'
  | 'cron_expression'
  | 'weeks'
  | 'days'
  | 'hours'
  | 'minutes'
  | 'seconds'
  | 'run_date'
  | 'start_date'
  | 'end_date'
  | 'timezone'
>;

/** What is to be done about a trigger that is due. */
type Handout = {
  /** Each is a run. */
  readonly due: readonly number[];
  /** Whether there were due times that are too long ago. */
  readonly isLate: boolean;
  /** It may be over already: then it is handed out next. */
  readonly next: number | null;
};

/** Of a trigger that makes up for each due time by itself, at once. */
const mostAtOnce = 100;

const secondsIn = { weeks: 604_800, days: 86_400, hours: 3_600, minutes: 60, seconds: 1 } as const;
export const units = Object.keys(secondsIn) as (keyof typeof secondsIn)[];

/** How long an interval is. */
export const periodMs = (schedule: { readonly [Unit in keyof typeof secondsIn]?: number | null }) =>
  units.reduce((sum, unit) => sum + (schedule[unit] ?? 0) * secondsIn[unit], 0) * 1000;

/** From an instant on, again and again: no run that came late moves the next one. */
const every = (periodMs: number, fromMs: number): Timeline => ({
  after: (ms) =>
    ms < fromMs ? fromMs : fromMs + (Math.floor((ms - fromMs) / periodMs) + 1) * periodMs,
  upTo: (ms) => (ms < fromMs ? null : fromMs + Math.floor((ms - fromMs) / periodMs) * periodMs),
});

const once = (atMs: number): Timeline => ({
  after: (ms) => (ms < atMs ? atMs : null),
  upTo: (ms) => (ms < atMs ? null : atMs),
});

/** The part between two instants, both among it. */
const between = (line: Timeline, fromMs: number, toMs: number): Timeline => ({
  after(ms) {
    const found = line.after(Math.max(ms, fromMs - 1));
    return found !== null && found <= toMs ? found : null;
  },
  upTo(ms) {
    const found = line.upTo(Math.min(ms, toMs));
    return found !== null && found >= fromMs ? found : null;
  },
});

/** @param fromMs a due time, from which others are counted */
function timelineOf(schedule: Schedule, fromMs: number): Timeline {
  const { trigger_type, cron_expression, timezone, job_id } = schedule;
  if (trigger_type === 'once') return once(fromMs);
  const line =
    trigger_type === 'cron'
      ? cronIn(timezone, cron_expression ?? '', job_id)
      : every(periodMs(schedule), fromMs);
  const { start_date, end_date } = schedule;
  return between(
    line,
    start_date ? Date.parse(start_date) : 0,
    end_date ? Date.parse(end_date) : Number.POSITIVE_INFINITY,
  );
}

/**
 * When a trigger is due first, of all that is still to come; what is to run once may be due already.
 *
 * @throws Error that says what is wrong with a cron expression
 */
export function firstDue(schedule: Schedule, nowMs: number): number | null {
  const { trigger_type, run_date, start_date } = schedule;
  if (trigger_type === 'once') return run_date ? Date.parse(run_date) : nowMs;
  const fromMs = start_date ? Date.parse(start_date) : nowMs + periodMs(schedule);
  return timelineOf(schedule, fromMs).after(nowMs - 1);
}

/**
 * What of a trigger is handed out at `nowMs`. However much was missed, no more due times are gone through
 * than are handed out.
 *
 * @throws Error where the schedule cannot be read any more
 */
export function handout(
  trigger: Schedule & Pick<Trigger, 'coalesce' | 'misfire_grace_seconds' | 'next_run_at'>,
  nowMs: number,
): Handout {
  const { coalesce, misfire_grace_seconds: grace, next_run_at } = trigger;
  const firstMs = next_run_at ? Date.parse(next_run_at) : nowMs;
  const line = timelineOf(trigger, firstMs);
  const earliestMs = grace === null ? Number.NEGATIVE_INFINITY : nowMs - grace * 1000;
  if (coalesce) {
    const lastMs = Math.max(line.upTo(nowMs) ?? firstMs, firstMs);
    const isLate = lastMs < earliestMs;
    return { due: isLate ? [] : [lastMs], isLate, next: line.after(nowMs) };
  }
  const isLate = firstMs < earliestMs;
  const due: number[] = [];
  let next = isLate ? line.after(earliestMs - 1) : firstMs;
  while (next !== null && next <= nowMs && due.length < mostAtOnce) {
    due.push(next);
    next = line.after(next);
  }
  return { due, isLate, next };
}
