/** Jobs: what does not fit together is refused, every place of it at once, in words for a person. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import { testJobs } from './greet.fixture.ts';

const { call, pool } = await harness({ jobs: Object.values(testJobs) });

const path = '/api/v1/jobs';
const greeting = { function: 'test.greet', payload: { name: 'Ada' } };
const hourly = { ...greeting, trigger_type: 'interval', hours: 1 };
const cron = { ...greeting, trigger_type: 'cron' };
const once = { ...greeting, trigger_type: 'once' };
const before = '2020-01-01T00:00:00.000Z';
const stored = async () =>
  (await pool.query('select count(*)::int as n from plinth.jobs')).rows[0].n;

const refused = [
  ['a function that is not there', { ...once, function: 'test.none' }, 'function'],
  ['one of the server’s own', { ...once, function: 'test.inner' }, 'function'],
  ['a payload that does not fit', { ...once, payload: { name: 7 } }, 'payload name'],
  ['a payload that has more', { ...once, payload: { name: 'Ada', age: 36 } }, 'payload age'],
  ['no payload where there must be one', { ...once, payload: {} }, 'payload name'],
  ['a long payload', { ...once, payload: { name: 'x'.repeat(70_000) } }, 'payload,payload name'],
  ['cron without an expression', cron, 'cron_expression'],
  ['a minute that is none', { ...cron, cron_expression: '99 * * * *' }, 'cron_expression'],
  ['four fields', { ...cron, cron_expression: '* * * *' }, 'cron_expression'],
  ['seven fields', { ...cron, cron_expression: '* * * * * * *' }, 'cron_expression'],
  ['30 February', { ...cron, cron_expression: '0 0 30 2 *' }, 'cron_expression'],
  [
    'an offset for a zone',
    { ...cron, cron_expression: '* * * * *', timezone: '+02:00' },
    'timezone',
  ],
  ['a zone for what runs once', { ...once, timezone: 'Europe/Berlin' }, 'timezone'],
  ['a zone for an interval', { ...hourly, timezone: 'Mars/Olympus' }, 'timezone'],
  ['an interval of nothing', { ...greeting, trigger_type: 'interval', days: 0 }, 'seconds'],
  ['an interval of eleven years', { ...hourly, weeks: 522, days: 60 }, 'seconds'],
  ['a unit of time for cron', { ...cron, cron_expression: '* * * * *', days: 1 }, 'days'],
  ['an expression for an interval', { ...hourly, cron_expression: '* * * * *' }, 'cron_expression'],
  ['a date for an interval', { ...hourly, run_date: '2999-01-01T00:00:00Z' }, 'run_date'],
  ['an end for what runs once', { ...once, end_date: '2999-01-01T00:00:00Z' }, 'end_date'],
  [
    'an end before the start',
    { ...hourly, start_date: '2999-01-01T00:00:00Z', end_date: '2998-01-01T00:00:00Z' },
    'end_date',
  ],
  ['an interval that is over', { ...hourly, end_date: before }, 'end_date'],
  [
    'a date that is over for too long',
    { ...once, run_date: before, misfire_grace_seconds: 60 },
    'run_date',
  ],
  ['a name that is an address', { ...once, job_id: 'history' }, 'job_id'],
  ['a name with a slash', { ...once, job_id: 'a/b' }, 'job_id'],
  ['a field that is none', { ...once, jitter: 5 }, 'jitter'],
  [
    'several at once',
    { ...cron, function: 'no', days: 1, job_id: 'functions' },
    'days,job_id,cron_expression,function',
  ],
  [
    'a payload, a zone and an expression at once',
    {
      ...{ ...cron, cron_expression: '61 * * * *', timezone: 'Mars/Olympus' },
      ...{ payload: { age: 36 }, start_date: '2999-01-01T00:00:00Z', end_date: before },
    },
    'end_date,payload name,payload age,timezone,cron_expression',
  ],
] as const;
for (const [what, body, places] of refused) {
  test(`what does not fit is refused, and nothing stored: ${what}`, async () => {
    const before = await stored();
    const answer = await call('root', `POST ${path}`, body);
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    const told = answer.body.errors.map(({ loc }: { loc: string[] }) => loc.slice(1).join(' '));
    assert.equal(told.join(), places, JSON.stringify(answer.body));
    assert.deepEqual([await stored(), answer.statements], [before, []]);
  });
}

for (const [what, body, sentence] of [
  [
    'how many fields there are',
    { ...cron, cron_expression: '@daily' },
    /needs 5 fields, .* has 1$/,
  ],
  ['a day that never comes', { ...cron, cron_expression: '0 0 30 2 *' }, /never comes$/],
  ['the words there are', { ...greeting, trigger_type: 'on' }, /be one of cron, interval, once$/],
  ['what a name looks like', { ...once, job_id: 'a/b' }, /written like report\.nightly$/],
  ['an offset', { ...once, run_date: '2026-12-24T18:00:00' }, /with an offset such as Z/],
] as const) {
  test(`what is refused is told in a sentence: ${what}`, async () => {
    const { body: told } = await call('root', `POST ${path}`, body);
    assert.equal(told.errors.length, 1);
    assert.match(told.errors[0].msg, sentence);
  });
}

test('whoever names no function that is there is told which are', async () => {
  const { body } = await call('root', `POST ${path}`, { ...once, function: 'test.none' });
  assert.match(body.errors[0].msg, /is none of test\.greet, test\.nightly$/);
});
