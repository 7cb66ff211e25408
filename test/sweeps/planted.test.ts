/** The sweep of tenants can fail: it finds each kind of leak where one is planted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import { Type } from 'typebox';
import { TaskNotFound, tasks } from '#features/tasks/model.ts';
import { build } from '#kernel/db.ts';
import { feature } from '#kernel/feature.ts';
import { Forbidden } from '#kernel/problem.ts';
import { api } from '#kernel/route.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { harness } from '#test/harness.ts';
import registry from '../../src/features.ts';
import { sweep } from './tenants.ts';

type One = { id: string };
const why = 'this is a leak';
const all = statement('planted.all', () => build.select().from(tasks));
const one = statement('planted.one', ({ id }: Slots<One>) =>
  build.select().from(tasks).where(eq(tasks.id, id)),
);
const touch = statement('planted.touch', ({ id }: Slots<One>) =>
  build.update(tasks).set({ title: sql`'touched'` }).where(eq(tasks.id, id)),
);
const again = statement('planted.again', () => build.select({ one: sql`1`.as('one') }).from(tasks));

const planted = feature({
  name: 'planted',
  description: 'Forgets whose rows they are.',
  routes: {
    list: api.get('/planted', {
      allow: 'signed-in',
      summary: 'Shows everybody’s',
      answer: Type.Array(Type.Object({ id: Type.String(), title: Type.String() })),
      run: ({ db }) => all(db.unscoped(why), {}),
    }),
    get: api.get('/planted/tasks/:id', {
      allow: 'signed-in',
      summary: 'Tells by its status that there is one',
      answer: Type.Null(),
      run: async ({ db, params }) => {
        const [row] = await one(db.unscoped(why), params);
        throw row ? Forbidden() : TaskNotFound();
      },
    }),
    slow: api.get('/planted/tasks/:id/slow', {
      allow: 'signed-in',
      summary: 'Tells by the work it does that there is one',
      answer: Type.Null(),
      run: async ({ db, params }) => {
        const [row] = await one(db.unscoped(why), params);
        if (row) await again(db, {});
        throw TaskNotFound();
      },
    }),
    touch: api.post('/planted/tasks/:id/touch', {
      allow: 'signed-in',
      summary: 'Refuses, but first it writes',
      answer: Type.Null(),
      run: async ({ db, params }) => {
        await touch(db.unscoped(why), params);
        throw TaskNotFound();
      },
    }),
  },
});

const features = [...registry, planted];
const { routes, attack } = await sweep(await harness({ features }), features);

const cases = [
  [
    'a list that forgets whose rows it shows',
    'list',
    /GET \/api\/v1\/planted shows canary-of-bob$/,
  ],
  ['a status that tells of a row', 'get', /tells by {"status":403,.* where nothing is by .*404/],
  ['work that is done only for a row', 'slow', /tells by .*"planted.again"\]}, where nothing/],
  ['a change that is made and refused', 'touch', /planted-touch changes tasks .*touched/],
] as const;

for (const [what, key, pattern] of cases) {
  test(`the sweep finds ${what}`, async () => {
    const route = routes.find(({ operation }) => operation === `planted-${key}`);
    assert.ok(route);
    const found = await attack(route, ({ name }) => name === 'ada');
    assert.ok(
      found.some((sentence) => pattern.test(sentence)),
      found.join('\n'),
    );
  });
}
