/** User management outside of development: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, password } from '#test/harness.ts';

const secrets = {
  FIRST_SUPERUSER_PASSWORD: password,
  SECRET_KEY: 'c4ca4238a0b923820dcc509a6f75849b',
};
const staging = await harness({ env: { ENVIRONMENT: 'staging', ...secrets } });
const production = await harness({ env: { ENVIRONMENT: 'production', ...secrets } });

for (const { call, pool, config } of [staging, production]) {
  test(`in ${config.ENVIRONMENT} nobody makes an account without asking`, async () => {
    const { body: unknown } = await call(undefined, 'POST /api/v1/private/nothing', {});
    const input = { email: 'private@example.com', password, full_name: 'P' };
    const answer = await call(undefined, 'POST /api/v1/private/users/', input);
    assert.deepEqual(
      [answer.status, { ...answer.body, request_id: '' }],
      [404, { ...unknown, request_id: '' }],
    );
    assert.deepEqual(answer.statements, []);
    assert.equal((await pool.query('select from plinth.users')).rows.length, 0);
  });
}
