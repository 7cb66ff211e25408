/** Over all routes: nobody sees or changes what is another's, nor can tell that there is anything. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import registry from '../../src/features.ts';
import { sweep } from './tenants.ts';

const { routes, attack, tried } = await sweep(await harness(), registry);

for (const { name } of registry) {
  test(`nobody sees or changes through ${name} what is another’s`, async () => {
    const found: string[] = [];
    for (const route of routes.filter(({ feature }) => feature === name)) {
      found.push(...(await attack(route)).slice(0, 5));
    }
    assert.deepEqual(found, []);
  });
}

test('that was tried a few thousand times', (t) => {
  t.diagnostic(`${tried()} times a caller tried a route on a row of another’s`);
  assert.ok(tried() > 3000, `${tried()}`);
});
