/** Problems in the description: each set that shares a status on some route stands once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import {
  Conflict,
  problem,
  TooManyRequests,
  Unauthenticated,
  Unavailable,
} from '#kernel/problem.ts';
import { api } from '#kernel/route.ts';
import { headers, problemLibrary, success } from './responses.ts';
import { schemaLibrary } from './schemas.ts';

const Full = problem(409, 'full', 'The shelf is full');

test('problems of one status are told together, with an example of each', () => {
  const { refer, all } = problemLibrary(schemaLibrary());
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
  const { refer, all } = problemLibrary(schemaLibrary());
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

test('one code may not stand for two problems of one status', () => {
  const { refer } = problemLibrary(schemaLibrary());
  refer([Full]);
  assert.doesNotThrow(() => refer([problem(400, 'full', 'The request is full')]));
  assert.throws(
    () => refer([problem(409, 'full', 'Another')]),
    /two different problems are 409.full/,
  );
});

test('an answer is described as it is written: as JSON, as a page, or not at all', () => {
  const told = { allow: 'public', summary: 'A letter', run: () => assert.fail() } as const;
  const letter = { ...told, answer: Type.Object({ html: Type.String() }) };
  const routes = [
    api.get('/', letter),
    api.get('/', { ...letter, html: ({ html }) => html }),
    api.get('/', { ...told, answer: Type.Null(), status: 204 }),
  ];
  const written = routes.map((route) => Object.keys(success(route, schemaLibrary()).content ?? {}));
  assert.deepEqual(written, [['application/json'], ['text/html'], []]);
});
