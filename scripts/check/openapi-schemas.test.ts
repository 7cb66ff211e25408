/** What breaks a client in a schema: rules for what it sends, and rules for what it reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Direction, type Schema, schemaComparison } from './openapi-schemas.ts';

/** What is found when `before` becomes `now`. */
function found(direction: Direction, before: Schema, now: Schema): string[] {
  return schemaComparison({}, {}, direction)(before, now, 'it');
}

const text = { type: 'string' };
const nothing = { type: 'null' };
const object = (properties: Schema, more: Schema = {}) => ({ type: 'object', properties, ...more });
const closed = { additionalProperties: false };
const one = object({ a: text }, closed);
const both = object({ a: text, b: text }, closed);

type Case = readonly [change: string, before: Schema, now: Schema, found: readonly string[]];

const sent: readonly Case[] = [
  ['stays as it is', one, one, []],
  ['may have another property', one, both, []],
  ['loses a property', both, one, ['it.b is not taken any more']],
  ['must have another property', one, { ...both, required: ['b'] }, ['it.b must be given now']],
  ['need not have a property', { ...one, required: ['a'] }, one, []],
  ['is closed', object({ a: text }), one, ['it takes no other names any more']],
  ['has another type', text, { type: 'integer' }, ['it does not take string any more']],
  ['may be null', text, { anyOf: [text, nothing] }, []],
  ['may not be null', { anyOf: [text, nothing] }, text, ['it does not take null any more']],
  ['may be a fraction', { type: 'integer' }, { type: 'number' }, []],
  [
    'may not be a fraction',
    { type: 'number' },
    { type: 'integer' },
    ['it does not take number any more'],
  ],
  ['loses a choice', { enum: ['a', 'b'] }, { enum: ['a'] }, ['it does not take `"b"` any more']],
  ['gets a choice', { enum: ['a'] }, { enum: ['a', 'b'] }, []],
  ['becomes a choice', text, { enum: ['a'] }, ['it does not take anything but `"a"` any more']],
  ['may be any text', { enum: ['a'] }, { ...text, maxLength: 1 }, []],
  [
    'is shorter',
    { ...text, maxLength: 9 },
    { ...text, maxLength: 8 },
    ['it has a narrower maxLength, `8`'],
  ],
  ['is longer', { ...text, maxLength: 8 }, { ...text, maxLength: 9 }, []],
  ['gets a least length', text, { ...text, minLength: 1 }, ['it has a narrower minLength, `1`']],
  ['has a lower least', { type: 'integer', minimum: 2 }, { type: 'integer', minimum: 1 }, []],
  ['gets a pattern', text, { ...text, pattern: '^a' }, ['it has a narrower pattern, `"^a"`']],
  ['gets a format', text, { ...text, format: 'uuid' }, ['it has a narrower format, `"uuid"`']],
  ['loses its format', { ...text, format: 'uuid' }, text, []],
  [
    'holds less in its list',
    { type: 'array', items: text },
    { type: 'array', items: { enum: ['a'] } },
    ['it[] does not take anything but `"a"` any more'],
  ],
  [
    'takes other names',
    { type: 'object', patternProperties: { '^a': text } },
    { type: 'object', patternProperties: { '^b': text } },
    ['it takes other names now, `"^b"`'],
  ],
  [
    'changes deep inside',
    object({ a: both }),
    object({ a: one }),
    ['it.a.b is not taken any more'],
  ],
];

const read: readonly Case[] = [
  ['stays as it is', one, one, []],
  ['has another property', object({ a: text }), object({ a: text, b: text }), []],
  ['loses a property', object({ a: text }, { required: ['a'] }), object({}), ['it.a is gone']],
  ['loses a property that was not always there', object({ a: text }), object({}), ['it.a is gone']],
  [
    'has a property only sometimes',
    object({ a: text }, { required: ['a'] }),
    object({ a: text }),
    ['it.a may be missing now'],
  ],
  ['may be null', text, { anyOf: [text, nothing] }, ['it may be null now']],
  ['is never null', { anyOf: [text, nothing] }, text, []],
  ['has another type', text, { type: 'integer' }, ['it may be integer now']],
  ['gets a choice', { enum: ['a'] }, { enum: ['a', 'b'] }, ['it may be `"b"` now']],
  ['loses a choice', { enum: ['a', 'b'] }, { enum: ['a'] }, []],
  ['is any text', { enum: ['a'] }, text, ['it may be anything but `"a"` now']],
  ['is longer', { ...text, maxLength: 8 }, { ...text, maxLength: 9 }, []],
  ['loses its format', { ...text, format: 'uuid' }, text, ['it is no uuid any more']],
  [
    'holds more in its list',
    { type: 'array', items: text },
    { type: 'array', items: { anyOf: [text, nothing] } },
    ['it[] may be null now'],
  ],
];

for (const [direction, cases] of [
  ['input', sent],
  ['output', read],
] as const)
  for (const [change, before, now, sentences] of cases)
    test(`${direction} that ${change}: ${sentences.length === 0 ? 'nobody breaks' : 'it is named'}`, () =>
      assert.deepEqual(found(direction, before, now), sentences));

test('references mean what they say in the document they stand in', () => {
  const document = (schema: Schema) => ({ components: { schemas: { A: schema } } });
  const reference = { $ref: '#/components/schemas/A' };
  const compare = schemaComparison(document(both), document(one), 'input');
  assert.deepEqual(compare(reference, reference, 'it'), ['it.b is not taken any more']);
  assert.throws(() => compare({ $ref: '#/components/schemas/B' }, one, 'it'), /nothing is at/);
});

test('a schema within itself comes to an end', () => {
  const reference = { $ref: '#/components/schemas/Tree' };
  const tree = (leaf: Schema) => ({
    components: {
      schemas: { Tree: object({ leaf, branches: { type: 'array', items: reference } }) },
    },
  });
  const compare = schemaComparison(tree(text), tree({ type: 'integer' }), 'input');
  assert.deepEqual(compare(reference, reference, 'it'), ['it.leaf does not take string any more']);
});
