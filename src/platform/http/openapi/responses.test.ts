/** Answers in the description: each as it is written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { api } from '#kernel/route.ts';
import { exampleLibrary } from './examples.ts';
import { successes } from './responses.ts';
import { schemaLibrary } from './schemas.ts';

test('an answer is described as it is written: as JSON, as a page, or not at all', () => {
  const told = { allow: 'public', summary: 'A letter', run: () => assert.fail() } as const;
  const letter = { ...told, answer: Type.Object({ html: Type.String() }) };
  const routes = [
    api.get('/', letter),
    api.get('/', { ...letter, html: ({ html }) => html }),
    api.get('/', { ...told, answer: Type.Null(), status: 204 }),
  ];
  const contract = {
    isVersioned: false,
    isChange: false,
    isConditional: false,
    placedBy: undefined,
  };
  const written = routes.map((route) => {
    const libraries = { schemas: schemaLibrary(), examples: exampleLibrary() };
    const [answer] = Object.values(successes(route, contract, libraries));
    return Object.keys(answer?.content ?? {});
  });
  assert.deepEqual(written, [['application/json'], ['text/html'], []]);
});
