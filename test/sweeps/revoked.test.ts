/** Over all routes: a session that ended opens nothing, nor does the token of an account switched off. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import features from '../../src/features.ts';
import { bodyOf, lineOf, routesOf } from './routes.ts';

const { call, signIn } = await harness();
const ended = await signIn('root');
assert.equal((await call(ended, 'POST /api/v1/auth/logout-all')).status, 200);
const values = { id: randomUUID(), user_id: ended.id, email: ended.email };

for (const route of routesOf(features).filter(({ allow }) => allow !== 'public')) {
  test(`a session that ended is refused at ${route.operation}`, async () => {
    const { body, more } = bodyOf(route, 'x');
    const answer = await call(ended, lineOf(route, values), body, more);
    assert.deepEqual([answer.status, answer.body.code.toLowerCase()], [401, 'unauthenticated']);
    assert.match(String(answer.headers['www-authenticate']), /error="invalid_token"/);
    assert.deepEqual(answer.statements, []);
  });
}
