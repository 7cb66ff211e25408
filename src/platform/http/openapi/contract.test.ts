/** The contract of HTTP in the description: versions, retries and limits follow from a route's data. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { Change, Id, Resource } from '#kernel/schema.ts';
import { describeApi } from '../openapi.ts';

const Size = Type.Enum(['small', 'large']);
const Crate = Resource('Crate', { id: Id, size: Size });
const run = () => assert.fail('a description calls nobody');

const crates = feature({
  name: 'crates',
  description: 'Boxes that are kept.',
  part: 'Signing in',
  permissions: ['crates:write'],
  routes: {
    create: api.post('/crates', {
      allow: 'public',
      summary: 'Make a crate',
      answer: Crate,
      status: 201,
      creates: true,
      limited: 'uploads',
      run,
    }),
    get: api.get('/crates/:id', { allow: 'public', summary: 'A crate', answer: Crate, run }),
    change: api.patch('/crates/:id', {
      allow: 'public',
      summary: 'Change a crate',
      body: Change('CrateChange', { size: Size }),
      answer: Crate,
      run,
    }),
    delete: api.delete('/crates/:id', {
      allow: 'public',
      summary: 'Delete a crate',
      answer: Type.Null(),
      status: 204,
      run,
    }),
  },
});
const boxes = feature({
  name: 'boxes',
  description: 'What things are kept in.',
  routes: {
    count: api.get('/boxes', { allow: 'public', summary: 'How many', answer: Type.Integer(), run }),
  },
});
const described = describeApi([boxes, crates], { name: 'Boxes', version: '1.2.3' });
const { paths, tags } = described;

test('features stand in the order of the parts, and without one among the resources', () => {
  assert.deepEqual(tags, [
    { name: 'crates', description: 'Boxes that are kept.' },
    { name: 'boxes', description: 'What things are kept in.' },
  ]);
  assert.deepEqual(described['x-tagGroups'], [
    { name: 'Signing in', tags: ['crates'] },
    { name: 'Resources', tags: ['boxes'] },
  ]);
});

test('a limit of its own is told', () => {
  assert.match(paths['/api/v1/crates']?.post?.description ?? '', /of its own, `uploads`/);
});

const crate = paths['/api/v1/crates/{id}'];
const contract = [
  [
    'make',
    paths['/api/v1/crates']?.post,
    ['Prefer', 'IdempotencyKey'],
    '201 400 409 413 414 415 422 429 431 503',
  ],
  [
    'read',
    crate?.get,
    ['IfMatch', 'IfNoneMatch', 'IfModifiedSince'],
    '200 304 400 412 414 422 429 431 503',
  ],
  [
    'change',
    crate?.patch,
    ['IfMatch', 'Prefer'],
    '200 204 400 412 413 414 415 422 428 429 431 503',
  ],
  ['delete', crate?.delete, ['IfMatch'], '204 400 412 413 414 415 422 428 429 431 503'],
] as const;

for (const [what, operation, parameters, statuses] of contract)
  test(`what has versions says what it takes and answers: ${what}`, () => {
    const references = operation?.parameters?.filter((parameter) => '$ref' in parameter);
    const named = parameters.map((name) => ({ $ref: `#/components/parameters/${name}` }));
    assert.deepEqual(references, named);
    assert.deepEqual(Object.keys(operation?.responses ?? {}), statuses.split(' '));
  });

test('the version, the place and the first answer again are told in headers', () => {
  const headersOf = (response: object | undefined) =>
    Object.keys((response as { headers?: object })?.headers ?? {}).slice(3);
  assert.deepEqual(headersOf(paths['/api/v1/crates']?.post?.responses['201']), [
    'ETag',
    'Last-Modified',
    'Idempotency-Replayed',
    'Location',
    'Preference-Applied',
  ]);
  assert.deepEqual(headersOf(crate?.get?.responses['304']), ['ETag', 'Last-Modified']);
  assert.deepEqual(headersOf(crate?.patch?.responses['204']), [
    'ETag',
    'Last-Modified',
    'Preference-Applied',
  ]);
  assert.deepEqual(headersOf(crate?.delete?.responses['204']), []);
});
