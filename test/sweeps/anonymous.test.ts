/** Over all routes: who is not signed in gets nothing but what is public. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import features from '../../src/features.ts';
import { bodyOf, lineOf, routesOf } from './routes.ts';

const { call, app } = await harness();
const values = { id: randomUUID(), user_id: randomUUID(), email: 'ada@example.com' };

for (const route of routesOf(features).filter(({ allow }) => allow !== 'public')) {
  test(`nobody is refused at ${route.operation}, before the body is looked at`, async () => {
    const line = lineOf(route, values);
    const { body, more } = bodyOf(route, 'x');
    for (const sent of [body, body && { nonsense: true }]) {
      const answer = await call(undefined, line, sent, more);
      assert.deepEqual([answer.status, answer.body.code.toLowerCase()], [401, 'unauthenticated']);
      assert.match(String(answer.headers['www-authenticate']), /^Bearer/);
      assert.deepEqual(answer.statements, []);
    }
  });
}

for (const route of routesOf(features).filter(
  (one) => one.allow !== 'public' && one.method === 'GET',
)) {
  test(`HEAD is guarded as GET is at ${route.operation}`, async () => {
    const [, url] = lineOf(route, values).split(' ') as [string, string];
    assert.equal((await app.inject({ method: 'HEAD', url })).statusCode, 401);
  });
}

test('what is no route is a 404 to anybody, and a wrong method a 405 that names the right ones', async () => {
  const nothing = await call(undefined, 'GET /api/v1/nothing');
  assert.deepEqual([nothing.status, nothing.body.code], [404, 'not_found']);
  const wrong = await call('ada', 'DELETE /api/v1/tasks');
  assert.deepEqual([wrong.status, wrong.headers.allow], [405, 'GET, HEAD, OPTIONS, POST']);
});
