/** Problems in the description: each set that shares a status on some route stands once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Conflict,
  problem,
  TooManyRequests,
  Unauthenticated,
  Unavailable,
} from '#kernel/problem.ts';
import { exampleLibrary } from './examples.ts';
import { headers } from './headers.ts';
import { problemLibrary } from './problems.ts';
import { schemaLibrary } from './schemas.ts';

const library = () => {
  const [schemas, examples] = [schemaLibrary(), exampleLibrary()];
  return { ...problemLibrary({ schemas, examples }), schemas, examples };
};

const Full = problem(409, 'full', 'The shelf is full');

test('problems of one status are told together, with an example of each', () => {
  const { refer, all } = library();
  assert.deepEqual(refer([Full, Unavailable, Conflict]), {
    '409': { $ref: '#/components/responses/409.full.conflict' },
    '503': { $ref: '#/components/responses/503.unavailable' },
  });
  const { description, content } = all()['409.full.conflict'] ?? {};
  const sentences = ['`full`: The shelf is full.', '`conflict`: It conflicts with what is there.'];
  assert.equal(description, sentences.join('\n\n'));
  const media = content?.['application/problem+json'];
  assert.deepEqual(media?.schema, { $ref: '#/components/schemas/Problem' });
  assert.deepEqual(Object.keys(media?.examples ?? {}), ['full', 'conflict']);
});

test('a refusal says which headers come with it', () => {
  const { refer, all } = library();
  refer([Unauthenticated, Conflict, TooManyRequests, Unavailable]);
  const named = Object.entries(all()).map(([, response]) => Object.keys(response.headers ?? {}));
  assert.deepEqual(named, [
    ['WWW-Authenticate'],
    [],
    ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
    ['Retry-After'],
  ]);
  assert.deepEqual(
    named.flat().filter((name) => !(name in headers)),
    [],
  );
});

test('one code may not stand for two problems', () => {
  const { refer, kinds } = library();
  refer([Full, Unavailable]);
  assert.doesNotThrow(() => refer([problem(409, 'full', 'The shelf is full')]));
  assert.throws(() => refer([problem(409, 'full', 'Another')]), /different problems are full: 409/);
  assert.throws(() => refer([problem(400, 'full', Full.title)]), /and 400 "The shelf is full"/);
  assert.deepEqual(kinds(), [Full, Unavailable]);
});

test('an example of each problem stands once, whatever others it stands with', () => {
  const { refer, examples } = library();
  refer([Full, Conflict]);
  refer([Full]);
  assert.deepEqual(Object.keys(examples.all()), ['problem.conflict', 'problem.full']);
});

test('a feature with other words for its problems is described in them', () => {
  const { refer, all, examples, schemas } = library();
  const retold = {
    by: 'others',
    retell: (body: object) => ({ ...body, code: 'FULL', message: 'No room' }),
  };
  const reference = refer([Full], retold)['409'];
  assert.deepEqual(reference, { $ref: '#/components/responses/others.409.full' });
  assert.deepEqual(Object.keys(all()), ['others.409.full']);
  const { value } = (examples.all()['problem.others.full'] ?? {}) as { value: { code: string } };
  assert.equal(value.code, 'FULL');
  const { properties } = schemas.all()['Problem.others'] as { properties: object };
  assert.deepEqual(Object.entries(properties).at(-1), ['message', { type: 'string' }]);
});

test('problems that share their status with an answer stand beside it', () => {
  const { join, all } = library();
  const answer = { description: 'Conflict', content: { 'application/json': { schema: {} } } };
  const { 409: both } = join({ 409: answer }, [Full]);
  assert.equal(both?.description, 'Conflict\n\n`full`: The shelf is full.');
  const types = ['application/json', 'application/problem+json'];
  assert.deepEqual(Object.keys(both?.content ?? {}), types);
  assert.deepEqual(all(), {});
});
