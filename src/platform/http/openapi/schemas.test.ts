/** Schemas in the description: named objects stand once, and nothing of a schema is lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { Input, Nullable, Page, Timestamp } from '#kernel/schema.ts';
import { schemaLibrary } from './schemas.ts';

const Thing = Type.Object({ word: Type.Literal('thing') }, { title: 'Thing' });

test('an object with a title becomes a reference, wherever it stands', () => {
  const { embed, all } = schemaLibrary();
  const Box = Type.Object(
    { inside: Nullable(Thing), made: Timestamp, by_name: Type.Record(Type.String(), Thing) },
    { title: 'Box' },
  );
  assert.deepEqual(embed(Page('BoxPage', Box)), { $ref: '#/components/schemas/BoxPage' });
  assert.deepEqual(Object.keys(all()), ['Box', 'BoxPage', 'Thing']);
  const thing = { $ref: '#/components/schemas/Thing' };
  assert.deepEqual(all().Box, {
    type: 'object',
    required: ['inside', 'made', 'by_name'],
    properties: {
      inside: { anyOf: [thing, { type: 'null' }] },
      made: { type: 'string', format: 'date-time', examples: ['2026-11-20T15:30:00.123Z'] },
      by_name: { type: 'object', patternProperties: { '^.*$': thing } },
    },
    title: 'Box',
  });
});

test('values and annotations are left as they are', () => {
  const { embed, all } = schemaLibrary();
  const example = { type: 'object', title: 'No schema' };
  const schemas = [
    Type.Unsafe({ type: 'object', examples: [example], default: example, const: example }),
    Type.String({ readOnly: true }),
    Type.String({ writeOnly: true, title: 'No object' }),
    Type.Object({ title: Type.String(), type: Type.Literal('object') }),
  ];
  for (const schema of schemas) assert.deepEqual(embed(schema), { ...schema });
  assert.deepEqual(all(), {});
});

test('what has a default need not be sent, and is always answered', () => {
  const { embed, all } = schemaLibrary();
  const open = Type.Boolean({ default: false });
  embed(Input('BoxCreate', { name: Type.String(), open }));
  embed(Input('BoxMove', { open }));
  embed(Type.Object({ open }, { title: 'Box' }));
  const required = Object.entries(all()).map(([name, schema]) => [name, schema.required]);
  assert.deepEqual(required, [
    ['Box', ['open']],
    ['BoxCreate', ['name']],
    ['BoxMove', undefined],
  ]);
});

test('one name may not stand for two schemas, but the same one may come twice', () => {
  const { embed } = schemaLibrary();
  embed(Thing);
  embed(Type.Optional(Thing));
  const other = Type.Object({ word: Type.Literal('other') }, { title: 'Thing' });
  assert.throws(() => embed(other), /two different schemas are named Thing/);
});

test('a title that cannot stand in a reference is no name', () => {
  const { embed } = schemaLibrary();
  assert.throws(() => embed(Type.Object({}, { title: 'A box' })), /"A box" is no name/);
});
