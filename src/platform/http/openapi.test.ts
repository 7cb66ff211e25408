/** The description of the API: what it says of a route. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { Conflict, NotFound, problem } from '#kernel/problem.ts';
import { api, root } from '#kernel/route.ts';
import { Change, Id, Input, Nullable, Page, PageQuery } from '#kernel/schema.ts';
import { describeApi } from './openapi.ts';

const Size = Type.Union([Type.Literal('small'), Type.Literal('large')]);
const Box = Type.Object({ id: Id, size: Size }, { title: 'Box' });
const BoxCreate = Input('BoxCreate', { size: Size });
const Full = problem(409, 'full', 'The shelf is full');
const run = () => assert.fail('a description calls nobody');

const boxes = feature({
  name: 'boxes',
  description: 'What things are kept in.',
  permissions: ['boxes:write'],
  routes: {
    list: api.get('/boxes', {
      allow: 'signed-in',
      summary: 'Read my boxes',
      query: PageQuery,
      answer: Page('BoxPage', Box),
      run,
    }),
    create: api.post('/boxes', {
      allow: 'boxes:write',
      summary: 'Make a box',
      description: 'Of one size.',
      body: BoxCreate,
      answer: Box,
      status: 201,
      problems: [Full, Conflict],
      run,
    }),
    change: api.patch('/shelves/:shelf_id/boxes/:id', {
      allow: 'signed-in',
      summary: 'Change a box',
      body: Change('BoxChange', { size: Size }),
      answer: Nullable(Box),
      problems: [NotFound],
      run,
    }),
    delete: api.delete('/boxes/:name', {
      allow: 'signed-in',
      summary: 'Delete a box',
      params: Type.Object({ name: Type.String({ maxLength: 9, description: 'Its name.' }) }),
      answer: Type.Void(),
      status: 204,
      run,
    }),
    order: root.post('/order', {
      allow: 'public',
      summary: 'Order a box',
      encoding: 'form',
      limited: false,
      body: Input('Order', { size: Size }),
      answer: Type.Boolean(),
      run,
    }),
  },
});
const about = { name: 'Boxes', version: '1.2.3' };
const { paths, components, info, openapi } = describeApi([boxes], about);
const list = paths['/api/v1/boxes']?.get;
const create = paths['/api/v1/boxes']?.post;
const change = paths['/api/v1/shelves/{shelf_id}/boxes/{id}']?.patch;
const remove = paths['/api/v1/boxes/{name}']?.delete;
const order = paths['/order']?.post;

test('it says what it describes', () => {
  assert.equal(openapi, '3.1.0');
  const { title, version, description } = info;
  assert.deepEqual([title, version], ['Boxes', '1.2.3']);
  assert.match(
    description,
    /## 409 Conflict\n\nRead what is there.*\n\n(- .*\n)*- `full`: The shelf is full\.\n/,
  );
});

test('an operation is named after its feature, and says who may call it', () => {
  assert.equal(create?.operationId, 'boxes-create');
  assert.deepEqual(create?.tags, ['boxes']);
  assert.equal(
    create?.description,
    'Of one size.\n\nIt needs `boxes:write`. In an organization admins and owners have it.',
  );
  assert.deepEqual(create?.security, [{ bearer: [] }, { password: [] }, { api_key: [] }]);
  assert.deepEqual(order?.security, []);
  assert.equal(order?.description, 'Anybody may call it.');
});

test('path parameters are ids unless the route says otherwise', () => {
  const id = { in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
  assert.deepEqual(change?.parameters, [
    { name: 'shelf_id', ...id },
    { name: 'id', ...id },
  ]);
  assert.deepEqual(remove?.parameters, [
    {
      name: 'name',
      in: 'path',
      description: 'Its name.',
      required: true,
      schema: { type: 'string', maxLength: 9 },
    },
  ]);
});

test('a query parameter keeps its default and need not be given', () => {
  const { limit } = components.parameters;
  const schema = { type: 'integer', minimum: 1, maximum: 100, default: 50 };
  const description = 'So many rows at most.';
  assert.deepEqual(limit, { name: 'limit', in: 'query', description, required: false, schema });
});

test('what every list takes is told once', () => {
  assert.deepEqual(list?.parameters?.[0], { $ref: '#/components/parameters/limit' });
});

test('a body is JSON, or a form where the route says so', () => {
  const body = (name: string) => ({
    schema: { $ref: `#/components/schemas/${name}` },
    examples: { [name]: { $ref: `#/components/examples/${name}` } },
  });
  assert.deepEqual(create?.requestBody, {
    required: true,
    content: { 'application/json': body('BoxCreate') },
  });
  assert.deepEqual(order?.requestBody, {
    required: true,
    content: { 'application/x-www-form-urlencoded': body('Order') },
  });
});

test('the answer has its status, its headers and its schema', () => {
  const header = (name: string) => ({ $ref: `#/components/headers/${name}` });
  const headers = {
    'X-Request-ID': header('X-Request-ID'),
    RateLimit: header('RateLimit'),
    'RateLimit-Policy': header('RateLimit-Policy'),
  };
  assert.deepEqual(create?.responses['201'], {
    description: 'Created',
    headers,
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Box' },
        examples: { Box: { $ref: '#/components/examples/Box' } },
      },
    },
  });
  assert.deepEqual(remove?.responses['204'], { description: 'No Content', headers });
  assert.deepEqual(order?.responses['200'], {
    description: 'OK',
    headers: { 'X-Request-ID': header('X-Request-ID') },
    content: { 'application/json': { schema: { type: 'boolean' }, example: true } },
  });
});

test('every problem is there by status, those of one status together', () => {
  const statuses = '201 400 401 403 409 413 414 415 422 429 431 503'.split(' ');
  assert.deepEqual(Object.keys(create?.responses ?? {}), statuses);
  assert.deepEqual(
    Object.keys(order?.responses ?? {}),
    '200 400 413 414 415 422 431 503'.split(' '),
  );
  assert.deepEqual(Object.keys(components.schemas), [
    'Box',
    'BoxChange',
    'BoxCreate',
    'BoxPage',
    'Order',
    'Problem',
  ]);
  assert.deepEqual(create?.responses['409'], { $ref: '#/components/responses/409.full.conflict' });
});

test('the same routes give the same text', () => {
  const text = () => JSON.stringify(describeApi([boxes], about));
  assert.equal(text(), text());
});
