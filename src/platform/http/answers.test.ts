/** Answers: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastify from 'fastify';
import { type TSchema, Type } from 'typebox';
import { Nullable, Page } from '#kernel/schema.ts';
import { answers } from './answers.ts';

/** What comes over the wire of `value` where the route declares `schema`. */
async function answered(schema: TSchema, value: unknown) {
  const app = fastify();
  answers(app);
  app.get('/', { schema: { response: { 200: schema } } }, async () => value);
  return (await app.inject('/')).json();
}

const inner = Type.Object({ title: Type.String(), due_at: Nullable(Type.String()) });
const secret = { password_hash: 'hidden', toString: 'hidden' };
const row = { title: 'x', due_at: null, ...secret };
const kept = { title: 'x', due_at: null };

const cases: readonly [string, TSchema, unknown, unknown][] = [
  ['an object', inner, row, kept],
  ['an object in an object', Type.Object({ inner }), { inner: row, ...secret }, { inner: kept }],
  ['a list', Type.Array(inner), [row, row], [kept, kept]],
  [
    'a page',
    Page('P', inner),
    { data: [row], count: 1, next_cursor: null, total: 9 },
    { data: [kept], count: 1, next_cursor: null },
  ],
  [
    'an object that may be null',
    Type.Object({ inner: Nullable(inner) }),
    { inner: row },
    { inner: kept },
  ],
  ['null in its place', Type.Object({ inner: Nullable(inner) }), { inner: null }, { inner: null }],
  [
    'a field that is left out',
    Type.Object({ a: Type.Optional(Type.String()), b: Type.Boolean() }),
    { b: true },
    { b: true },
  ],
  [
    'names that are no identifiers',
    Type.Object({ 'a\'b"': Type.Integer() }),
    { 'a\'b"': 1, c: 2 },
    { 'a\'b"': 1 },
  ],
  [
    'an object that declares it is open',
    Type.Object({ kid: Type.String() }, { additionalProperties: true }),
    { kid: 'a', x: 'b' },
    { kid: 'a', x: 'b' },
  ],
];

for (const [name, schema, value, expected] of cases) {
  test(`${name} is cut down to the declared fields`, async () => {
    assert.deepEqual(await answered(schema, value), expected);
  });
}

const unclear: readonly [string, TSchema][] = [
  ['several objects', Type.Union([inner, Type.Object({ other: Type.String() })])],
  ['an intersection', Type.Intersect([inner, Type.Object({ other: Type.String() })])],
  ['a reference', Type.Ref('Elsewhere')],
];

for (const [name, schema] of unclear) {
  test(`${name} stops the boot instead of leaking`, async () => {
    await assert.rejects(answered(schema, row), /cannot be (cut down|told apart)/);
  });
}
