/** Examples in the description: what the model gives, and what follows from the rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TSchema, Type } from 'typebox';
import { Change, Id, Input, Nullable } from '#kernel/schema.ts';
import { exampleLibrary, exampleOf } from './examples.ts';

const Name = Type.String({ examples: ['Ada', 'Bob'] });

const cases: readonly (readonly [promise: string, schema: TSchema, example: unknown])[] = [
  ['the first example of the model is it', Name, 'Ada'],
  ['a value that is taken unless given', Type.Integer({ default: 7 }), 7],
  ['the only value', Type.Literal('fixed'), 'fixed'],
  ['the first choice', Type.Enum(['small', 'large']), 'small'],
  ['a value rather than nothing', Nullable(Name), 'Ada'],
  ['nothing, where the model says so', Nullable(Name, { examples: [null] }), null],
  ['nothing else than nothing', Type.Null(), null],
  ['a list of one', Type.Array(Name), ['Ada']],
  ['the least number', Type.Integer({ minimum: 5 }), 5],
  [
    'everything a body may hold',
    Input('A', { name: Name, on: Type.Boolean() }),
    { name: 'Ada', on: true },
  ],
  [
    'the first thing a change may hold',
    Change('B', { name: Name, on: Type.Boolean() }),
    { name: 'Ada' },
  ],
  [
    'text that nobody described is its name',
    Type.Object({ user_agent: Type.String() }),
    { user_agent: 'User agent' },
  ],
];

for (const [promise, schema, example] of cases)
  test(`an example is ${promise}`, () => assert.deepEqual(exampleOf({ ...schema }), example));

test('an id is the same wherever the same thing is meant', () => {
  const User = Type.Object({ id: Id }, { title: 'User' });
  const Task = Type.Object({ id: Id, user_id: Id, userId: Id }, { title: 'Task' });
  const { id } = exampleOf({ ...User }) as { id: string };
  const task = exampleOf({ ...Task }) as Record<string, string>;
  assert.match(id, /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
  assert.deepEqual([task.user_id, task.userId], [id, id]);
  assert.notEqual(task.id, id);
});

test('what has a name stands once, and what has none where it is', () => {
  const { of, all } = exampleLibrary();
  const Thing = Type.Object({ name: Name }, { title: 'Thing' });
  const reference = { examples: { Thing: { $ref: '#/components/examples/Thing' } } };
  assert.deepEqual([of(Thing), of(Thing)], [reference, reference]);
  assert.deepEqual(of(Name), { example: 'Ada' });
  assert.deepEqual(all(), { Thing: { value: { name: 'Ada' } } });
});

test('one name may not stand for two examples', () => {
  const { keep } = exampleLibrary();
  keep('a', 'a', { value: 1 });
  assert.throws(() => keep('a', 'a', { value: 2 }), /two different examples are named a/);
});
