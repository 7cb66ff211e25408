/** Jobs: when they are due, and what is handed out then. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { firstDue, handout, type Schedule } from './schedule.ts';

const blank = {
  job_id: 'x',
  ...{ cron_expression: null, weeks: null, days: null, hours: null, minutes: null, seconds: null },
  ...{ run_date: null, start_date: null, end_date: null, timezone: 'UTC' },
};
const cron = (cron_expression: string, timezone = 'UTC', more: Partial<Schedule> = {}) =>
  ({ ...blank, trigger_type: 'cron', cron_expression, timezone, ...more }) as Schedule;
const at = (text: string) => Date.parse(text);
const told = (ms: number | null) =>
  ms === null ? null : new Date(ms).toISOString().replace(':00.000Z', 'Z');

suite('the first due time', () => {
  const now = '2026-11-20T12:34:56.789Z';
  const cases = [
    ['of a leap day', cron('0 0 29 2 *'), '2028-02-29T00:00Z'],
    ['of the 31st', cron('0 0 31 * *'), '2026-12-31T00:00Z'],
    ['of the last day of a month', cron('0 0 L * *'), '2026-11-30T00:00Z'],
    ['with seconds', cron('*/20 * * * * *'), '2026-11-20T12:35Z'],
    ['by the clocks of Kathmandu', cron('0 18 * * *', 'Asia/Kathmandu'), '2026-11-21T12:15Z'],
    [
      'after it starts',
      cron('0 0 * * *', 'UTC', { start_date: '2027-01-01T00:00:00Z' }),
      '2027-01-01T00:00Z',
    ],
    [
      'before it ends',
      cron('0 0 * * *', 'UTC', { end_date: '2026-11-21T00:00:00Z' }),
      '2026-11-21T00:00Z',
    ],
    [
      'is none where it ends before',
      cron('0 0 * * *', 'UTC', { end_date: '2026-11-20T23:59:59Z' }),
      null,
    ],
    [
      'of an interval is one from now',
      { ...blank, trigger_type: 'interval', weeks: 1, seconds: 3 },
      '2026-11-27T12:34:59.789Z',
    ],
    [
      'of an interval is counted from its start',
      { ...blank, trigger_type: 'interval', hours: 7, start_date: '2026-11-20T00:00:00Z' },
      '2026-11-20T14:00Z',
    ],
    [
      'of an interval is its start, if that is to come',
      { ...blank, trigger_type: 'interval', hours: 7, start_date: '2027-01-01T00:00:00Z' },
      '2027-01-01T00:00Z',
    ],
    ['of what runs once is now', { ...blank, trigger_type: 'once' }, now],
    [
      'of what was to run before is then',
      { ...blank, trigger_type: 'once', run_date: '2020-01-01T00:00:00Z' },
      '2020-01-01T00:00Z',
    ],
  ] as const;
  for (const [what, schedule, expected] of cases) {
    test(`${what}: ${expected}`, () =>
      assert.equal(told(firstDue(schedule as Schedule, at(now))), expected));
  }
});

suite('what is handed out', () => {
  const trigger = (schedule: Schedule, next_run_at: string, more = {}) => ({
    ...schedule,
    next_run_at,
    coalesce: true,
    misfire_grace_seconds: null,
    ...more,
  });
  const every = (unit: object) => ({ ...blank, trigger_type: 'interval', ...unit }) as Schedule;
  const asleep = '2026-11-21T00:00:30.500Z';
  const all = { coalesce: false };
  const cases = [
    [
      'every second, after a day asleep',
      trigger(every({ seconds: 1 }), '2026-11-20T00:00:00Z'),
      ['2026-11-21T00:00:30.000Z'],
      '2026-11-21T00:00:31.000Z',
    ],
    [
      'cron of every second, after a day asleep',
      trigger(cron('* * * * * *'), '2026-11-20T00:00:00Z'),
      ['2026-11-21T00:00:30.000Z'],
      '2026-11-21T00:00:31.000Z',
    ],
    [
      'no interval moves by being late',
      trigger(every({ minutes: 7 }), '2026-11-20T23:59:59.123Z'),
      ['2026-11-20T23:59:59.123Z'],
      '2026-11-21T00:06:59.123Z',
    ],
    [
      'each by itself',
      trigger(cron('0 */8 * * *'), '2026-11-20T08:00:00Z', all),
      ['2026-11-20T08:00Z', '2026-11-20T16:00Z', '2026-11-21T00:00Z'],
      '2026-11-21T08:00Z',
    ],
    [
      'each within the grace',
      trigger(cron('0 */8 * * *'), '2026-11-20T08:00:00Z', {
        ...all,
        misfire_grace_seconds: 30_000,
      }),
      ['2026-11-20T16:00Z', '2026-11-21T00:00Z'],
      '2026-11-21T08:00Z',
    ],
    [
      'none of them within the grace',
      trigger(cron('0 */8 * * *'), '2026-11-20T08:00:00Z', { misfire_grace_seconds: 30 }),
      [],
      '2026-11-21T08:00Z',
    ],
    [
      'the last of them just within the grace',
      trigger(cron('0 */8 * * *'), '2026-11-20T08:00:00Z', { misfire_grace_seconds: 31 }),
      ['2026-11-21T00:00Z'],
      '2026-11-21T08:00Z',
    ],
    [
      'nothing after its end',
      trigger(
        cron('0 */8 * * *', 'UTC', { end_date: '2026-11-20T20:00:00Z' }),
        '2026-11-20T08:00:00Z',
      ),
      ['2026-11-20T16:00Z'],
      null,
    ],
    [
      'once is once',
      trigger({ ...blank, trigger_type: 'once' } as Schedule, '2026-11-20T08:00:00Z'),
      ['2026-11-20T08:00Z'],
      null,
    ],
  ] as const;
  for (const [what, one, expected, next] of cases) {
    test(what, () => {
      const handed = handout(one as Parameters<typeof handout>[0], at(asleep));
      assert.deepEqual([handed.due.map(told), told(handed.next)], [expected, next]);
    });
  }

  test('what is passed over is told, and what is made one run is not', () => {
    const missed = trigger(cron('0 */8 * * *'), '2026-11-20T08:00:00Z', {
      misfire_grace_seconds: 31,
    });
    assert.equal(handout(missed, at(asleep)).isLate, false);
    assert.equal(handout({ ...missed, ...all }, at(asleep)).isLate, true);
    assert.equal(handout({ ...missed, misfire_grace_seconds: 30 }, at(asleep)).isLate, true);
  });

  test('a hundred at once at most, and the others next', () => {
    const behind = trigger(every({ minutes: 1 }), '2026-11-20T20:00:00.000Z', all);
    const first = handout(behind, at(asleep));
    assert.deepEqual([first.due.length, told(first.next)], [100, '2026-11-20T21:40Z']);
    const second = handout({ ...behind, next_run_at: told(first.next) as string }, at(asleep));
    assert.deepEqual([second.due.length, told(second.due[0] ?? null)], [100, '2026-11-20T21:40Z']);
    const third = handout({ ...behind, next_run_at: told(second.next) as string }, at(asleep));
    assert.deepEqual([third.due.length, told(third.next)], [41, '2026-11-21T00:01Z']);
  });
});
