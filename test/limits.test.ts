/** Limits on the whole server: whom each policy counts, and which routes have one of their own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import type { LimitPolicy } from '#kernel/limits.ts';
import { api } from '#kernel/route.ts';
import registry from '../src/features.ts';
import { harness } from './harness.ts';
import { routesOf } from './sweeps/routes.ts';

const planted = feature({
  name: 'planted',
  description: 'Planted.',
  part: 'The server',
  routes: {
    upload: api.post('/planted', {
      allow: 'signed-in',
      limited: 'uploads',
      summary: 'A planted upload',
      answer: Type.Null(),
      status: 204,
      run: () => null,
    }),
  },
});
const many = { RATE_LIMIT_ENABLED: 'true' };
const { call } = await harness({
  features: [...registry, planted],
  env: {
    ...many,
    RATE_LIMIT_LOGIN: '1/60',
    RATE_LIMIT_SIGNUP: '1/60',
    RATE_LIMIT_RECOVERY: '1/60',
    RATE_LIMIT_INVITATIONS: '1/60',
    RATE_LIMIT_UPLOADS: '1/60',
  },
});
const behind = await harness({
  env: {
    ...many,
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: '1000',
    RATE_LIMIT_LOGIN: '1/60',
    TRUSTED_PROXIES: '10.0.0.0/8,2001:db8:ffff::/48',
  },
});

const email = 'somebody@example.com';
const id = '019a0000-0000-7000-8000-000000000000';
const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };

/** Every route with a policy of its own, and who calls it. */
const sensitive: readonly [LimitPolicy, string | undefined, string, unknown?, object?][] = [
  ['login', undefined, 'POST /api/v1/auth/login', { email, password: 'x' }],
  ['login', undefined, 'POST /api/v1/login/access-token', `username=${email}&password=x`, form],
  ['login', undefined, 'POST /api/auth/sign-in/email', { email, password: 'x' }],
  ['signup', undefined, 'POST /api/v1/auth/signup', { email }],
  ['signup', undefined, 'POST /api/v1/users/signup', { email }],
  ['signup', undefined, 'POST /api/auth/sign-up/email', { email }],
  ['signup', undefined, 'POST /api/auth/signup', { email }],
  ['recovery', undefined, 'POST /api/v1/auth/forgot-password', { email }],
  ['recovery', undefined, 'POST /api/v1/auth/resend-verification', { email }],
  ['recovery', undefined, 'POST /api/v1/auth/reset-password', {}],
  ['recovery', undefined, `POST /api/v1/password-recovery/${email}`],
  ['recovery', undefined, 'POST /api/v1/reset-password/', {}],
  ['invitations', 'ada', `POST /api/v1/organizations/${id}/invitations`, { email, role: 'member' }],
  ['invitations', 'ada', `POST /api/v1/organizations/${id}/invitations/${id}/resend`],
  ['uploads', 'ada', 'POST /api/v1/planted'],
];

for (const [index, [policy, as, line, body, more]] of sensitive.entries()) {
  test(`${line} counts as ${policy}`, async () => {
    const at = { remoteAddress: `192.0.2.${index}`, ...more };
    const caller = as && `${as}-${index}`;
    const first = await call(caller, line, body, at);
    const general = as ? 'user' : 'anonymous';
    const named = `^"${general}";q=\\d+;w=60, "${policy}";q=1;w=60$`;
    assert.match(String(first.headers['ratelimit-policy']), new RegExp(named));
    assert.notEqual(first.status, 429);
    const second = await call(caller, line, body, at);
    assert.equal(second.status, 429);
    assert.match(String(second.headers.ratelimit), new RegExp(`"${policy}";r=0;t=\\d+$`));
    assert.match(String(second.headers['retry-after']), /^[1-9]\d*$/);
  });
}

test('no other route has a policy of its own', () => {
  const limited = routesOf([...registry, planted]).filter(({ limited }) => limited);
  assert.equal(limited.length, sensitive.length);
});

test('no answer of a route without a policy of its own names one', async () => {
  const { headers } = await call('ada', 'GET /api/v1/tasks');
  assert.match(String(headers['ratelimit-policy']), /^"user";q=\d+;w=60$/);
});

/** From whom it comes, by what way it is said to have come, and as whom it counts. */
const ways: readonly [string, string, string | undefined, string][] = [
  ['nobody in between', '198.51.100.1', undefined, '198.51.100.1'],
  ['a stranger who makes up a way', '198.51.100.2', '203.0.113.1', '198.51.100.2'],
  ['one proxy', '10.0.0.1', '203.0.113.2', '203.0.113.2'],
  ['a socket that speaks IPv6', '::ffff:10.0.0.1', '203.0.113.3', '203.0.113.3'],
  ['two proxies', '10.0.0.1', '203.0.113.4, 10.9.9.9', '203.0.113.4'],
  ['a way made up before the proxy', '10.0.0.1', '192.0.2.1, 203.0.113.5', '203.0.113.5'],
  ['a proxy made up before it', '10.0.0.1', '192.0.2.2, 10.1.1.1, 203.0.113.6', '203.0.113.6'],
  ['no address before the proxy', '10.0.0.1', 'nobody, 203.0.113.7', '203.0.113.7'],
  ['a proxy that speaks IPv6', '2001:db8:ffff::1', '203.0.113.8', '203.0.113.8'],
  ['a client that speaks IPv6', '10.0.0.1', '2001:db8:0:1::2', '2001:db8:0:1:9::9'],
  ['IPv4 within IPv6', '10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
  ['a proxy that tells the port', '10.0.0.1', '203.0.113.10:50123', '203.0.113.10:50999'],
];

for (const [name, remoteAddress, way, same] of ways) {
  test(`${name}: ${remoteAddress}, ${way} counts as ${same}`, async () => {
    const ask = (from: string, forwarded?: string) =>
      behind.call(
        undefined,
        'POST /api/v1/auth/login',
        {},
        {
          remoteAddress: from,
          ...(forwarded && { headers: { 'x-forwarded-for': forwarded } }),
        },
      );
    assert.equal((await ask(remoteAddress, way)).status, 422);
    const direct = remoteAddress.startsWith('198.');
    assert.equal((await (direct ? ask(same) : ask('10.0.0.2', same))).status, 429);
  });
}

test('superusers read the metrics, and nobody else', async () => {
  const { status, headers, body } = await call('root', 'GET /metrics');
  assert.equal(status, 200);
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
  assert.match(body, /^plinth_requests_refused_total\{policy="login"\} 3$/m);
  assert.match(body, /^plinth_limit_store_up\{store="memory"\} 1$/m);
  assert.match(body, /^plinth_limit_store_outages_total 0$/m);
  assert.match(body, /^process_cpu_seconds_total /m);
  assert.equal((await call('ada', 'GET /metrics')).status, 403);
  assert.equal((await call(undefined, 'GET /metrics')).status, 401);
});

test('a key reads the metrics that may do nothing else', async () => {
  const { body: made } = await call('root', 'POST /api/v1/api-keys', {
    name: 'prometheus',
    permissions: { metrics: ['read'] },
  });
  const bearer = { headers: { 'x-api-key': made.key } };
  const { status, headers } = await call(undefined, 'GET /metrics', undefined, bearer);
  assert.deepEqual([status, headers['ratelimit-policy']], [200, '"api-key";q=1200;w=60']);
  assert.equal((await call(undefined, 'GET /api/v1/tasks', undefined, bearer)).status, 403);
});
