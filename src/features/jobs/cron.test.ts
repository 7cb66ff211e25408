/** Cron in time zones: the clocks of real places, on days on which they change. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { cronIn } from './cron.ts';

const at = (text: string) => Date.parse(text);
const timeOf = (ms: number) => new Date(ms).toISOString().slice(11, 16);

/** Every due time in a span, found forward and found backward. */
function dueIn(zone: string, expression: string, from: string, to: string) {
  const line = cronIn(zone, expression, 'x');
  const [forward, backward]: number[][] = [[], []];
  for (let ms = line.after(at(from) - 1); ms !== null && ms <= at(to); ms = line.after(ms)) {
    forward?.push(ms);
  }
  for (let ms = line.upTo(at(to)); ms !== null && ms >= at(from); ms = line.upTo(ms - 1)) {
    backward?.unshift(ms);
  }
  assert.deepEqual(backward, forward, 'backward are the same');
  return forward ?? [];
}

suite('on a day on which clocks change', () => {
  const once = [
    ['02:30 is passed over in Berlin', 'Europe/Berlin', '30 2 * * *', '2026-03-29', ['01:30']],
    ['02:30 comes twice in Berlin', 'Europe/Berlin', '30 2 * * *', '2026-10-25', ['00:30']],
    ['02:30 is passed over in New York', 'America/New_York', '30 2 * * *', '2026-03-08', ['07:30']],
    ['01:30 comes twice in New York', 'America/New_York', '30 1 * * *', '2026-11-01', ['05:30']],
    [
      '02:15 is passed over on Lord Howe',
      'Australia/Lord_Howe',
      '15 2 * * *',
      '2026-10-03',
      ['15:45'],
    ],
    [
      '01:45 comes twice on Lord Howe',
      'Australia/Lord_Howe',
      '45 1 * * *',
      '2026-04-04',
      ['14:45'],
    ],
    ['00:15 is passed over in Cairo', 'Africa/Cairo', '15 0 * * *', '2026-04-23', ['22:15']],
    ['02:30 is as ever in Kathmandu', 'Asia/Kathmandu', '30 2 * * *', '2026-03-29', ['20:45']],
    [
      'each quarter of an hour that is passed over comes once',
      ...([
        'Europe/Berlin',
        '*/15 2 * * *',
        '2026-03-29',
        ['01:00', '01:15', '01:30', '01:45'],
      ] as const),
    ],
    [
      'what is passed over and what comes after are in order',
      ...(['Europe/Berlin', '0,30 2,3 * * *', '2026-03-29', ['01:00', '01:30']] as const),
    ],
  ] as const;
  for (const [what, zone, expression, day, expected] of once) {
    test(`a time of day is due once: ${what}`, () => {
      const due = dueIn(zone, expression, `${day}T00:00:00Z`, `${day}T23:59:59Z`);
      assert.deepEqual(due.map(timeOf), expected);
    });
  }

  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Cairo',
  ];
  for (const zone of zones) {
    test(`what is due every hour is due every real hour in ${zone}`, () => {
      for (const [expression, minutes] of [
        ['0 * * * *', 60],
        ['10 * * * *', 60],
        ['*/15 * * * *', 15],
      ] as const) {
        for (const [from, to] of [
          ['2026-03-07', '2026-03-09'],
          ['2026-03-28', '2026-03-30'],
          ['2026-04-03', '2026-04-06'],
          ['2026-04-23', '2026-04-25'],
          ['2026-10-03', '2026-10-05'],
          ['2026-10-24', '2026-11-02'],
        ] as const) {
          const due = dueIn(zone, expression, `${from}T00:00:00Z`, `${to}T00:00:00Z`);
          const pauses = due.slice(1).map((ms, n) => (ms - (due[n] ?? 0)) / 60_000);
          assert.equal(Math.max(...pauses), minutes, `${expression} ${from}`);
        }
      }
    });
  }
});
