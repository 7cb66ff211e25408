/** Over all routes: nobody sees or changes what is another's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { tasks } from '#features/tasks/model.ts';
import { build } from '#kernel/db.ts';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { statement } from '#kernel/statement.ts';
import { harness } from '#test/harness.ts';
import registry from '../../src/features.ts';
import { leaks } from './tenants.ts';

test('no route lets a second user see or change the rows of the first', async () => {
  assert.deepEqual(await leaks(await harness(), registry), []);
});

test('the sweep finds a list that forgets whose rows it shows', async () => {
  const all = statement('planted.list', () => build.select().from(tasks));
  const planted = feature({
    name: 'planted',
    description: 'Forgets its WHERE.',
    routes: {
      list: api.get('/planted', {
        allow: 'signed-in',
        summary: 'Everything',
        answer: Type.Array(Type.Object({ id: Type.String(), title: Type.String() })),
        run: ({ db }) => all(db, {}),
      }),
    },
  });
  const features = [...registry, planted];
  const found = await leaks(await harness({ features }), features);
  assert.ok(found.length > 0);
  assert.ok(
    found.every((sentence) => sentence.startsWith('GET /api/v1/planted shows ')),
    String(found),
  );
});
