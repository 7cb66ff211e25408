/** Asking about a key: the promises to who was given one, in Better Auth's words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed } from '#features/tokens/service.ts';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';

const { call, caller, advance, pool, ports } = await harness();
const paths = ['POST /api/v1/api-keys/verify', 'POST /api/auth/verify-api-key'];
const [ours = ''] = paths;

async function makeKey(more = {}, as = 'ada') {
  const sent = { name: 'robot', permissions: { tasks: ['read', 'write'] }, ...more };
  return (await call(as, 'POST /api/v1/api-keys', sent)).body;
}
const ask = async (key: string, permissions?: object) =>
  (await call(undefined, ours, { key, ...(permissions && { permissions }) })).body;
const refusal = (code: string, { valid, error, key }: Awaited<ReturnType<typeof ask>>) => {
  assert.deepEqual([valid, error?.code, key], [false, code, null]);
  assert.match(error.message, /\w/);
};

for (const path of paths) {
  test(`${path} tells a good key’s owner and permissions, in one statement`, async () => {
    const limit = { rate_limit_requests: 3, rate_limit_seconds: 60 };
    const made = await makeKey(limit);
    const { status, body, statements } = await call(undefined, path, { key: made.key });
    assert.deepEqual([status, statements], [200, ['api-keys.useByDigest']]);
    assert.deepEqual(body, {
      valid: true,
      error: null,
      key: {
        id: made.id,
        name: 'robot',
        start: made.key.slice(0, 10),
        prefix: 'plk_',
        userId: made.owner_id,
        referenceId: made.owner_id,
        enabled: true,
        permissions: { tasks: ['read', 'write'] },
        rateLimitEnabled: true,
        rateLimitMax: 3,
        rateLimitTimeWindow: 60_000,
        lastRequest: null,
        expiresAt: null,
        createdAt: made.created_at,
        updatedAt: made.updated_at,
        metadata: null,
      },
    });
  });

  test(`${path} answers 200 to a key that is none, without a statement`, async () => {
    for (const key of ['x', `plk_${'A'.repeat(48)}`, 'plk_\u2603', "' or 1=1 --"]) {
      const { status, body, statements } = await call(undefined, path, { key });
      assert.deepEqual([status, statements], [200, []]);
      refusal('INVALID_API_KEY', body);
    }
  });
}

const unfit = [{}, { key: '' }, { key: 5 }, { key: 'x'.repeat(501) }, { key: 'x', configId: 'y' }];
test('what is no question is a 422', async () => {
  for (const body of unfit) assert.equal((await call(undefined, ours, body)).status, 422);
});

test('a key must be good for everything that is asked', async () => {
  const { key } = await makeKey();
  for (const asked of [{}, { tasks: [] }, { tasks: ['read'] }, { tasks: ['write', 'read'] }]) {
    assert.equal((await ask(key, asked)).valid, true);
  }
  for (const asked of [{ tasks: ['manage'] }, { tasks: ['read'], files: ['download'] }]) {
    refusal('KEY_NOT_FOUND', await ask(key, asked));
  }
});

test('a key that is switched off, over, rotated or deleted is not good', async () => {
  const expires_at = new Date(ports.clock.now() + 60_000).toISOString();
  const { key, id } = await makeKey({ expires_at });
  const at = `/api/v1/api-keys/${id}`;
  await call('ada', `PATCH ${at}`, { enabled: false });
  refusal('KEY_DISABLED', await ask(key));
  await call('ada', `PATCH ${at}`, { enabled: true });
  assert.equal((await ask(key)).valid, true);
  advance(60_001);
  refusal('KEY_EXPIRED', await ask(key));
  await call('ada', `PATCH ${at}`, { expires_at: null });
  const { body: fresh } = await call('ada', `POST ${at}/rotate`);
  refusal('INVALID_API_KEY', await ask(key));
  assert.equal((await ask(fresh.key)).valid, true);
  await call('ada', `DELETE ${at}`);
  refusal('INVALID_API_KEY', await ask(fresh.key));
});

test('what is told is what the owner may now', async () => {
  const { id } = await caller('root');
  const { key } = await makeKey({ permissions: { audit: ['manage'], tasks: ['read'] } }, 'root');
  const told = async () => (await ask(key)).key?.permissions;
  assert.deepEqual(await told(), { audit: ['manage'], tasks: ['read'] });
  for (const [set, permissions] of [
    ['is_superuser = false', { tasks: ['read'] }],
    ['is_active = false', undefined],
  ] as const) {
    await pool.query(`update plinth.users set ${set} where id = $1`, [id]);
    await changed(ports.database.as(system), ports, id);
    assert.deepEqual(await told(), permissions);
  }
});

test('asking is a use of the key, but does not count against its limit', async () => {
  const { key, id } = await makeKey({ rate_limit_requests: 1, rate_limit_seconds: 60 });
  for (let n = 0; n < 5; n++) assert.equal((await ask(key)).valid, true);
  const { body } = await call('ada', `GET /api/v1/api-keys/${id}`);
  assert.ok(body.last_used_at);
  const headers = { 'x-api-key': key };
  const used = await call(undefined, 'GET /api/v1/tasks', undefined, { headers });
  assert.equal(used.status, 200);
});

test('who asks is counted, whatever the answer', async () => {
  const env = { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_ANONYMOUS_PER_MINUTE: '3' };
  const limited = await harness({ env });
  const statuses: number[] = [];
  for (let n = 0; n < 5; n++) {
    statuses.push((await limited.call(undefined, ours, { key: 'x' })).status);
  }
  assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
});
