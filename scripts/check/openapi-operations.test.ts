/** What breaks a client of an operation: where it is, who may call it, what goes in and comes out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breakingChanges, type Document } from './openapi-operations.ts';

const json = (schema: object) => ({ 'application/json': { schema } });
const text = { type: 'string' };
const skip = { name: 'skip', in: 'query', required: false, schema: { type: 'integer' } };
const id = { name: 'id', in: 'path', required: true, schema: text };
const key = [{ bearer: [] }, { api_key: [] }];

const operation = {
  operationId: 'tasks-change',
  security: key,
  parameters: [id, skip],
  requestBody: { required: false, content: json(text) },
  responses: {
    200: { headers: { ETag: {} }, content: json({ type: 'object', properties: { a: text } }) },
    404: { content: { 'application/problem+json': { schema: text } } },
  },
};

const api = (path: string, methods: object, more: object = {}) =>
  ({ paths: { [path]: methods }, ...more }) as unknown as Document;
const before = api('/tasks/{id}', { patch: operation });

type Case = readonly [change: string, now: object, found: readonly string[]];

const cases: readonly Case[] = [
  ['nothing', {}, []],
  [
    'a parameter of the path has another name',
    { parameters: [{ ...id, name: 'task_id' }, skip] },
    [],
  ],
  [
    'it has another name',
    { operationId: 'tasks-edit' },
    ['is `tasks-edit` in generated clients now'],
  ],
  ['it does not take keys', { security: [{ bearer: [] }] }, ['does not take `api_key` any more']],
  ['it takes anybody', { security: [] }, []],
  ['it takes one more credential', { security: [...key, { password: [] }] }, []],
  ['a parameter is gone', { parameters: [id] }, ['does not take `skip` any more']],
  ['a parameter is added', { parameters: [id, skip, { ...skip, name: 'sort' }] }, []],
  [
    'a parameter must be given',
    { parameters: [id, { ...skip, required: true }] },
    ['needs `skip` now'],
  ],
  [
    'one is added that must be given',
    { parameters: [id, skip, { ...skip, name: 'sort', required: true }] },
    ['needs `sort` now'],
  ],
  [
    'a parameter is narrower',
    { parameters: [id, { ...skip, schema: { type: 'integer', maximum: 5 } }] },
    ['skip has a narrower maximum, `5`'],
  ],
  [
    'a parameter gets a default',
    { parameters: [id, { ...skip, schema: { type: 'integer', default: 5 } }] },
    [],
  ],
  [
    'the body must be given',
    { requestBody: { ...operation.requestBody, required: true } },
    ['needs a body now'],
  ],
  ['it takes no body', { requestBody: undefined }, ['does not take a body any more']],
  [
    'the body is written otherwise',
    { requestBody: { content: { 'text/plain': { schema: text } } } },
    ['does not take application/json any more'],
  ],
  [
    'the body is narrower',
    { requestBody: { content: json({ ...text, maxLength: 5 }) } },
    ['body has a narrower maxLength, `5`'],
  ],
  ['it answers otherwise', { responses: { 204: {} } }, ['does not answer 200 any more']],
  ['it answers otherwise as well', { responses: { ...operation.responses, 204: {} } }, []],
  ['a refusal is gone', { responses: { 200: operation.responses[200] } }, []],
  [
    'a header is gone',
    { responses: { 200: { ...operation.responses[200], headers: {} } } },
    ['does not send `ETag` with 200 any more'],
  ],
  [
    'the answer is written otherwise',
    { responses: { 200: { ...operation.responses[200], content: {} } } },
    ['does not answer application/json with 200 any more'],
  ],
  [
    'a refusal is written otherwise',
    { responses: { ...operation.responses, 404: { content: json(text) } } },
    ['does not answer application/problem+json with 404 any more'],
  ],
  [
    'the answer says less',
    { responses: { 200: { ...operation.responses[200], content: json({ type: 'object' }) } } },
    ['answer 200.a is gone'],
  ],
];

for (const [change, now, found] of cases)
  test(`${change}: ${found.length === 0 ? 'nobody breaks' : 'it is named'}`, () => {
    const [path = ''] = [change.includes('path') ? '/tasks/{task_id}' : '/tasks/{id}'];
    const changed = api(path, { patch: { ...operation, ...now } });
    const named = found.map((what) => `PATCH /tasks/{}: ${what}`);
    assert.deepEqual(breakingChanges(before, changed), named);
  });

test('a path or a method that is gone is named, and one that is new is not', () => {
  const gone = ['PATCH /tasks/{}: is gone'];
  assert.deepEqual(breakingChanges(before, api('/things/{id}', { patch: operation })), gone);
  assert.deepEqual(breakingChanges(before, api('/tasks/{id}', { put: operation })), gone);
});

test('what was open to everybody and is not now is named', () => {
  const open = api('/tasks/{id}', { patch: { ...operation, security: [] } });
  assert.deepEqual(breakingChanges(open, before), ['PATCH /tasks/{}: needs a credential now']);
});

test('a body where there was none is named if it must be there', () => {
  const { requestBody, ...bare } = operation;
  const now = (required: boolean) =>
    api('/tasks/{id}', { patch: { ...bare, requestBody: { ...requestBody, required } } });
  const old = api('/tasks/{id}', { patch: bare });
  assert.deepEqual(breakingChanges(old, now(false)), []);
  assert.deepEqual(breakingChanges(old, now(true)), ['PATCH /tasks/{}: needs a body now']);
});

test('another shape of all problems is named once', () => {
  const shaped = (properties: object) =>
    api(
      '/tasks/{id}',
      {},
      { components: { schemas: { Problem: { type: 'object', properties } } } },
    );
  const found = breakingChanges(shaped({ code: text }), shaped({}));
  assert.deepEqual(found, ['every problem: it.code is gone']);
});

test('another default of a parameter is named, and one that is gone', () => {
  const taking = (schema: object) =>
    api('/tasks/{id}', { patch: { ...operation, parameters: [id, { ...skip, schema }] } });
  const old = taking({ type: 'integer', default: 0 });
  const named = ['PATCH /tasks/{}: a missing `skip` is not `0` any more'];
  assert.deepEqual(breakingChanges(old, old), []);
  assert.deepEqual(breakingChanges(old, taking({ type: 'integer', default: 5 })), named);
  assert.deepEqual(breakingChanges(old, taking({ type: 'integer' })), named);
});

test('what is referred to is compared as if it stood there', () => {
  const referring = (schema: object) =>
    api(
      '/tasks/{id}',
      {
        patch: {
          ...operation,
          parameters: [{ $ref: '#/components/parameters/skip' }],
          responses: { 200: { $ref: '#/components/responses/ok' } },
        },
      },
      {
        components: {
          parameters: { skip: { ...skip, schema } },
          responses: { ok: { content: json(schema) } },
        },
      },
    );
  const found = breakingChanges(referring({ type: 'number' }), referring({ type: 'integer' }));
  assert.deepEqual(found, ['PATCH /tasks/{}: skip does not take number any more']);
});
