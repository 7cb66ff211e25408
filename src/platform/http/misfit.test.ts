/** What does not fit is told in words that a person can act upon. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TSchema, Type } from 'typebox';
import { Input, Nullable, Timestamp } from '#kernel/schema.ts';
import { misfit } from './misfit.ts';
import { exactly } from './validation.ts';

const letters = 'abcdefghijklmno'.split('');
const slug = { pattern: '^[a-z]+$' };
const cases: readonly (readonly [string, TSchema, unknown, string])[] = [
  ['every word there is', Type.Enum(['a', 'b']), 'c', 'must be one of a, b'],
  [
    'twelve words of many',
    Type.Enum(letters),
    'z',
    'must be one of a, b, c, d, e, f, g, h, i, j, k, l, or 3 others',
  ],
  ['words where null is one too', Nullable(Type.Enum(['a', 'b'])), 'c', 'must be one of a, b'],
  [
    'the offset of a time',
    Timestamp,
    '2026-12-24T18:00:00',
    'must be a date and time with an offset such as Z, like 2027-01-31T18:00:00Z',
  ],
  [
    'an example of what is written in a certain way',
    Type.String({ ...slug, examples: ['ada'] }),
    'A',
    'must be written like ada',
  ],
  ['the way itself', Type.String(slug), 'A', 'must match pattern "^[a-z]+$"'],
];
for (const [what, schema, value, msg] of cases) {
  test(`who sends what does not fit is told ${what}`, () => {
    const check = exactly(Input('Told', { field: schema }));
    assert.deepEqual(
      misfit(check({ field: value }), ['body']).errors?.map((one) => one.msg),
      [msg],
    );
  });
}
