/**
 * Cron in a time zone. The parser knows the calendar and is asked in UTC, as if that were the clock on the
 * wall; what becomes of it when clocks change is decided here. Its own zones find no time at all around
 * changes of half an hour or at midnight, and find others backward than forward.
 */
import { type CronExpression, CronExpressionParser } from 'cron-parser';

/** The due times of something, as milliseconds since 1970. */
export type Timeline = {
  /** The first one after an instant; null where there is none. */
  after(ms: number): number | null;
  /** The last one at an instant or before it; null where there is none. */
  upTo(ms: number): number | null;
};

/** A time in which the clocks of a zone do not change. */
type Season = {
  readonly fromMs: number;
  /** Where the next one begins. */
  readonly toMs: number;
  readonly offsetMs: number;
  /** By how much the clocks were put forward where it begins; below zero where they were put back. */
  readonly forwardMs: number;
};

/** Clocks are never put forward or back by more than this. */
const mostForwardMs = 2 * 86_400_000;

function seasonAt(zone: string, ms: number): Season {
  const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const offsetAt = (ms: number) => at(ms).offsetNanoseconds / 1e6;
  const offsetMs = offsetAt(ms);
  // A change at this very instant is the beginning of what is asked about.
  const from = at(ms + 1).getTimeZoneTransition('previous')?.epochMilliseconds;
  const to = at(ms).getTimeZoneTransition('next')?.epochMilliseconds;
  return {
    fromMs: from ?? Number.NEGATIVE_INFINITY,
    toMs: to ?? Number.POSITIVE_INFINITY,
    offsetMs,
    forwardMs: from === undefined ? 0 : offsetMs - offsetAt(from - 1),
  };
}

const latest = (...times: (number | null)[]) => extreme(Math.max, times);
const earliest = (...times: (number | null)[]) => extreme(Math.min, times);

function extreme(which: (...times: number[]) => number, times: readonly (number | null)[]) {
  const some = times.filter((time) => time !== null);
  return some.length > 0 ? which(...some) : null;
}

/** What the parser says of 30 February. */
const neverComes = 'Invalid explicit day of month definition';

/** @throws Error that says what is wrong with the expression */
function parse(expression: string, seed: string): CronExpression {
  const fields = expression.trim().split(/\s+/).length;
  if (fields !== 5 && fields !== 6) {
    throw new Error(`it needs 5 fields, or 6 that begin with seconds, and has ${fields}`);
  }
  try {
    return CronExpressionParser.parse(expression, { tz: 'UTC', hashSeed: seed });
  } catch (error) {
    if ((error as Error).message !== neverComes) throw error;
    throw new Error('its day of the month never comes', { cause: error });
  }
}

/**
 * Of a day on which clocks change, each time is due exactly once: one that the clocks pass over is read by
 * the offset before the change (RFC 5545, 3.3.5), and of one that comes twice the first counts. What is due
 * in every hour of the day is due in every real hour, however the clocks are put.
 *
 * @param zone an IANA name
 * @param seed where an `H` of the expression falls
 * @throws Error that says what is wrong with the expression
 */
export function cronIn(zone: string, expression: string, seed: string): Timeline {
  const cron = parse(expression, seed);
  const isHourly = cron.fields.hour.values.length === 24;

  /** What the calendar says, forward or back from a time on the wall. */
  function asked(wallMs: number, way: 'next' | 'prev'): number | null {
    cron.reset(new Date(wallMs));
    try {
      return cron[way]().getTime();
    } catch {
      return null; // there is none
    }
  }
  const next = (afterMs: number, offsetMs: number) => {
    const wall = asked(afterMs + offsetMs, 'next');
    return wall === null ? null : wall - offsetMs;
  };
  const previous = (upToMs: number, offsetMs: number) => {
    const wall = asked(upToMs + offsetMs + 1, 'prev');
    return wall === null ? null : wall - offsetMs;
  };

  let known: Season | undefined;
  function season(ms: number): Season {
    const isIn = known && ms >= known.fromMs && ms < known.toMs;
    known = isIn ? known : seasonAt(zone, ms);
    return known as Season;
  }

  /** Until when, at its beginning, the times of the season before are due as well. */
  const carriedTo = ({ fromMs, forwardMs }: Season) =>
    forwardMs > 0 || (isHourly && forwardMs < 0) ? fromMs + Math.abs(forwardMs) : fromMs;
  /** From when its own times are due: what came a second time was due the first time. */
  const ownFrom = ({ fromMs, forwardMs }: Season) =>
    forwardMs < 0 && !isHourly ? fromMs - forwardMs : fromMs;

  function after(ms: number): number | null {
    for (let at = ms; ; ) {
      const now = season(at + 1);
      const { fromMs, toMs, offsetMs, forwardMs } = now;
      const own = next(Math.max(at, ownFrom(now) - 1), offsetMs);
      const carriedToMs = carriedTo(now);
      const carried = at + 1 < carriedToMs ? next(at, offsetMs - forwardMs) : null;
      const isCarried = carried !== null && carried >= fromMs && carried < carriedToMs;
      const found = earliest(own, isCarried ? carried : null);
      if (found === null || found < toMs) return found;
      at = Math.max(toMs - 1, found - mostForwardMs);
    }
  }

  function upTo(ms: number): number | null {
    for (let at = ms; ; ) {
      const now = season(at);
      const { fromMs, offsetMs, forwardMs } = now;
      const own = previous(at, offsetMs);
      const carriedToMs = carriedTo(now);
      const carried =
        carriedToMs > fromMs ? previous(Math.min(at, carriedToMs - 1), offsetMs - forwardMs) : null;
      const isOwn = own !== null && own >= ownFrom(now);
      const isCarried = carried !== null && carried >= fromMs;
      const found = latest(isOwn ? own : null, isCarried ? carried : null);
      if (found !== null || own === null) return found;
      at = Math.min(fromMs - 1, own + mostForwardMs);
    }
  }

  return { after, upTo };
}
