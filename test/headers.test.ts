/** Headers on all answers: request ids, security policies, cross-origin rules, limits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from './harness.ts';

const production = {
  ENVIRONMENT: 'production',
  SECRET_KEY: 'b1946ac92492d2347c6235b4d2611184',
  FIRST_SUPERUSER_PASSWORD: 'Hm2-pqw-71x',
};
const plain = await harness();
const relaxed = await harness({
  env: { CSP_MODE: 'relaxed', CORS_ORIGINS: 'https://app.example' },
});
const live = await harness({ env: { ...production, CSP_MODE: 'disabled', HSTS_MAX_AGE: '60' } });
const limited = await harness({
  env: {
    RATE_LIMIT_ENABLED: 'true',
    RATE_LIMIT_REQUESTS_PER_MINUTE: '3',
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: '3',
    TRUSTED_PROXIES: '10.0.0.0/8',
  },
});

const lines = ['GET /', 'GET /api/v1/tasks', 'GET /nothing', 'DELETE /health', 'GET /docs'];

for (const line of lines) {
  test(`${line} carries the policies and a request id`, async () => {
    const { headers } = await plain.call(undefined, line);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.match(String(headers['permissions-policy']), /camera=\(\)/);
    assert.match(String(headers['x-request-id']), /^[\da-f-]{36}$/);
    assert.match(String(headers['content-security-policy']), /default-src 'none'/);
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe|https:|\*/);
    assert.equal(headers['strict-transport-security'], undefined);
  });
}

test('the other modes of the content policy are looser, and none', async () => {
  const { headers } = await relaxed.call(undefined, 'GET /');
  assert.match(String(headers['content-security-policy']), /'unsafe-inline'/);
  assert.equal((await live.call(undefined, 'GET /')).headers['content-security-policy'], undefined);
});

test('production says that it is only reached by TLS', async () => {
  const { headers } = await live.call(undefined, 'GET /');
  assert.equal(headers['strict-transport-security'], 'max-age=60; includeSubDomains');
});

test('an address nobody can read is answered with the same headers', async () => {
  const unread = await plain.call(undefined, 'GET /%zz');
  assert.deepEqual([unread.status, unread.headers['x-frame-options']], [400, 'DENY']);
  assert.equal(unread.headers['x-request-id'], unread.body.request_id);
});

test('a well-formed request id is taken over; any other is replaced', async () => {
  const id = async (given: string) => {
    const headers = { 'x-request-id': given };
    const answer = await plain.call(undefined, 'GET /nothing', undefined, { headers });
    assert.equal(answer.headers['x-request-id'], answer.body.request_id);
    return answer.body.request_id;
  };
  assert.equal(await id('order-7.retry:2'), 'order-7.retry:2');
  for (const bad of ['', 'two words', 'x'.repeat(129), 'é', '<script>']) {
    assert.match(await id(bad), /^[\da-f-]{36}$/, bad);
  }
});

test('only the named origins may call across origins, with their credentials', async () => {
  const origin = (origin: string, method = 'GET', more = {}) =>
    relaxed.call(undefined, `${method} /health`, undefined, { headers: { origin, ...more } });
  const allowed = await origin('https://app.example');
  assert.equal(allowed.headers['access-control-allow-origin'], 'https://app.example');
  assert.equal(allowed.headers['access-control-allow-credentials'], 'true');
  const refused = await origin('https://evil.example');
  assert.equal(refused.headers['access-control-allow-origin'], undefined);
  const preflight = await origin('https://app.example', 'OPTIONS', {
    'access-control-request-method': 'PATCH',
  });
  assert.equal(preflight.status, 204);
  assert.match(String(preflight.headers['x-request-id']), /^[\da-f-]{36}$/);
  assert.match(String(preflight.headers['access-control-allow-methods']), /PATCH/);
  const { headers } = await plain.call(undefined, 'GET /', undefined, {
    headers: { origin: 'https://app.example' },
  });
  assert.equal(headers['access-control-allow-origin'], undefined);
});

const from = (as: string | undefined, address: string, remoteAddress = '10.1.2.3') =>
  limited.call(as, 'GET /api/v1/tasks', undefined, {
    remoteAddress,
    headers: { 'x-forwarded-for': address },
  });

test('a caller over the limit gets a 429 that says when to come back', async () => {
  const rests: string[] = [];
  for (const _ of [1, 2, 3])
    rests.push(String((await from('ada', '198.51.100.1')).headers.ratelimit));
  assert.deepEqual(rests, ['"user";r=2;t=60', '"user";r=1;t=60', '"user";r=0;t=60']);
  const { status, body, headers } = await from('ada', '198.51.100.2');
  assert.deepEqual(
    [status, body.code, headers['ratelimit-policy']],
    [429, 'too_many_requests', '"user";q=3;w=60'],
  );
  assert.match(String(headers['retry-after']), /^\d+$/);
  assert.equal((await from('bob', '198.51.100.1')).status, 200);
});

test('who is not signed in is counted by network, which a stranger cannot choose', async () => {
  for (const _ of [1, 2, 3]) assert.equal((await from(undefined, '2001:db8:0:1::1')).status, 401);
  assert.equal((await from(undefined, '2001:db8:0:1:ffff::2')).status, 429);
  assert.equal((await from(undefined, '2001:db8:0:2::1')).status, 401);
  for (const n of [1, 2, 3]) await from(undefined, `203.0.113.${n}`, '198.51.100.9');
  assert.equal((await from(undefined, '203.0.113.4', '198.51.100.9')).status, 429);
});

test('health is never limited', async () => {
  for (let n = 0; n < 10; n++) {
    assert.equal((await limited.call(undefined, 'GET /health')).status, 200);
  }
});

test('no answer is kept on its way, and one resource by nobody but who asked', async () => {
  const cacheOf = async (as: string | undefined, line: string) =>
    (await plain.call(as, line)).headers['cache-control'];
  assert.equal(await cacheOf('ada', 'GET /api/v1/items/'), 'no-store');
  assert.equal(await cacheOf('ada', 'GET /api/v1/users/me'), 'private, no-cache');
  assert.equal(await cacheOf(undefined, 'GET /api/v1/users/me'), 'no-store');
  assert.equal(await cacheOf(undefined, 'GET /.well-known/jwks.json'), 'public, max-age=300');
});
