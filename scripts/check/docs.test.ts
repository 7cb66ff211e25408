/** Routes that leave their reader or their input open are refused. */
import { test } from 'node:test';
import { docs } from './docs.ts';
import { expectFindings, type Files, type Finding } from './planted.ts';

const routes = 'src/features/items/routes.ts';

/** A house with one feature; each route stands on a line of its own, from the third on. */
const house = (...lines: string[]): Files => ({
  'package.json': '{ "type": "module" }',
  'src/features.ts': `import items from './features/items/routes.ts';\nexport default [items];\n`,
  [routes]: [
    `const api = { get: (path, rest) => ({ method: 'GET', path, answer: {}, ...rest }) };`,
    `export default { name: 'items', description: '', routes: {`,
    ...lines,
    '} };',
  ].join('\n'),
});

const open: Readonly<Record<string, readonly [key: string, definition: string, about: RegExp]>> = {
  'a route without a summary': ['list', '{}', /no summary/],
  'a summary that ends with a full stop': ['list', `{ summary: 'List.' }`, /full stop/],
  'a summary over 60 characters': ['list', `{ summary: 'a'.repeat(61) }`, /61 characters/],
  'a route whose name is not camelCase': [`'list-all'`, `{ summary: 'List' }`, /camelCase/],
  'a body without a title': [
    'list',
    `{ summary: 'List', body: { type: 'object', additionalProperties: false } }`,
    /without a title/,
  ],
  'a body that takes undeclared names': [
    'list',
    `{ summary: 'List', body: { type: 'object', title: 'A' } }`,
    /names nobody declared/,
  ],
  'a body with text of any length': [
    'list',
    `{ summary: 'List', body: { type: 'object', title: 'A', additionalProperties: false,
      properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } } } }`,
    /body\.a takes text/,
  ],
  'a query with a list of any length': [
    'list',
    `{ summary: 'List', query: { type: 'object', additionalProperties: false,
      properties: { a: { type: 'array', items: { enum: ['b'] } } } } }`,
    /query\.a takes a list/,
  ],
  'a list of objects that take undeclared names': [
    'list',
    `{ summary: 'List', query: { type: 'object', additionalProperties: false,
      properties: { a: { type: 'array', maxItems: 1, items: { type: 'object' } } } } }`,
    /query\.a\[\] takes names/,
  ],
  'a path parameter of any length': [
    'list',
    `{ summary: 'List', params: { type: 'object', properties: { a: { type: 'string' } } } }`,
    /params\.a takes text/,
  ],
  'an answer that is an object without a title': [
    'list',
    `{ summary: 'List', answer: { type: 'object' } }`,
    /answers an object/,
  ],
};

for (const [title, [key, definition, about]] of Object.entries(open))
  test(`${title} is refused`, (t) =>
    expectFindings(t, docs, house(`${key}: api.get('/items', ${definition}),`), [
      [`${routes}:3`, about],
    ]));

test('two operations that differ in case, and two routes of one path, are refused', (t) => {
  const [list, again] = ['list', 'LIST'].map(
    (key) => `${key}: api.get('/a', { summary: 'List' }),`,
  );
  const expected: Finding[] = [
    /camelCase/,
    /items-list a second time/,
    /GET \/a a second time/,
  ].map((about) => [`${routes}:4`, about]);
  return expectFindings(t, docs, house(list ?? '', again ?? ''), expected);
});

test('an answer that the generated description does not describe is refused', (t) => {
  const openapi = { paths: { '/a': { get: { responses: { 200: { description: '' } } } } } };
  const files = { ...house(), 'openapi.json': JSON.stringify(openapi, null, 2) };
  return expectFindings(t, docs, files, [
    ['openapi.json:3', /GET \/a has no operationId/],
    ['openapi.json:3', /its answer 200/],
  ]);
});

test('a registry that cannot be loaded is refused', (t) =>
  expectFindings(t, docs, { 'src/features.ts': `import './none.ts';\n` }, [
    ['src/features.ts:1', /cannot be loaded/],
  ]));

test('a route that closes its input and describes itself is fine', (t) =>
  expectFindings(
    t,
    docs,
    {
      ...house(`list: api.get('/items', { summary: 'List of items', body: {
        type: 'object', title: 'A', additionalProperties: false, properties: {
          a: { type: 'string', maxLength: 5 }, b: { type: 'string', format: 'uuid' },
          c: { type: 'array', maxItems: 3, items: { const: 'x', type: 'string' } },
          d: { type: 'string', pattern: '^a$' }, e: { enum: ['a'] }, f: { type: 'integer' },
        } }, answer: { type: 'object', title: 'B' } }),`),
      'openapi.json': JSON.stringify({
        paths: { '/a': { get: { operationId: 'a', responses: { 200: { description: 'A' } } } } },
      }),
    },
    [],
  ));
