/** Limits on requests: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInnerList, parseList } from 'structured-headers';
import type { LimitPolicy } from '#kernel/limits.ts';
import { anonymous, type Principal } from '#kernel/principal.ts';
import { Problem } from '#kernel/problem.ts';
import { requestLimits } from './requests.ts';
import { memoryLimits } from './store.ts';

const settings = {
  RATE_LIMIT_ENABLED: true,
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: 3,
  RATE_LIMIT_REQUESTS_PER_MINUTE: 2,
  RATE_LIMIT_API_KEY_PER_MINUTE: 4,
  RATE_LIMIT_LOGIN: '2/30',
  RATE_LIMIT_SIGNUP: '1/3600',
  RATE_LIMIT_RECOVERY: '1/900',
  RATE_LIMIT_INVITATIONS: '1/600',
  RATE_LIMIT_UPLOADS: '1/300',
};

const person = (userId: string): Principal => ({ ...anonymous, kind: 'user', userId });
const key = (keyId: string, limit: Principal['limit'] = null): Principal => ({
  ...anonymous,
  kind: 'api_key',
  userId: 'ada',
  keyId,
  limit,
});

function open(more: Partial<typeof settings> = {}) {
  const limits = memoryLimits();
  const { count } = requestLimits({ ...settings, ...more }, limits);
  const ask = (who: Principal, policy?: LimitPolicy, ip = '192.0.2.1') =>
    count(who, { ip }, policy);
  /** The headers of a refusal. */
  async function refused(...asked: Parameters<typeof ask>) {
    const error = await ask(...asked).catch((error) => error);
    assert.ok(error instanceof Problem, 'it is not refused');
    assert.equal(error.kind.code, 'too_many_requests');
    return error.headers as Record<string, string>;
  }
  return { ask, refused, limits };
}

test('each kind of caller has a limit of its own, each caller for itself', async () => {
  const { ask, refused } = open();
  assert.deepEqual(await ask(person('ada')), {
    policy: '"user";q=2;w=60',
    left: '"user";r=1;t=60',
  });
  await ask(person('ada'));
  assert.equal((await refused(person('ada')))['retry-after'], '60');
  assert.equal((await ask(person('bob')))?.left, '"user";r=1;t=60');
  assert.equal((await ask(key('one')))?.policy, '"api-key";q=4;w=60');
  assert.equal((await ask(anonymous))?.left, '"anonymous";r=2;t=60');
  assert.equal((await ask(anonymous, undefined, '192.0.2.2'))?.left, '"anonymous";r=2;t=60');
});

test('a key may have a limit of its own, also where there is none for everybody', async () => {
  const { ask, refused } = open({ RATE_LIMIT_ENABLED: false });
  assert.equal(await ask(person('ada'), 'login'), undefined);
  const one = key('one', { requests: 1, seconds: 10 });
  assert.deepEqual(await ask(one), { policy: '"key";q=1;w=10', left: '"key";r=0;t=10' });
  assert.deepEqual(await refused(one), {
    'retry-after': '10',
    ratelimit: '"key";r=0;t=10',
    'ratelimit-policy': '"key";q=1;w=10',
  });
});

test('every policy that applies is told, as a structured field', async () => {
  const { ask } = open();
  const told = await ask(key('one', { requests: 3, seconds: 10 }), 'invitations');
  const read = (text = '') =>
    parseList(text).map((item) => {
      assert.ok(!isInnerList(item));
      return [item[0], Object.fromEntries(item[1])];
    });
  assert.deepEqual(read(told?.policy), [
    ['api-key', { q: 4, w: 60 }],
    ['key', { q: 3, w: 10 }],
    ['invitations', { q: 1, w: 600 }],
  ]);
  assert.deepEqual(read(told?.left), [
    ['api-key', { r: 3, t: 60 }],
    ['key', { r: 2, t: 10 }],
    ['invitations', { r: 0, t: 600 }],
  ]);
});

test('what one policy refuses counts under no other', async () => {
  const { ask, refused, limits } = open();
  const ada = person('ada');
  await ask(ada, 'invitations');
  for (let n = 0; n < 5; n++)
    assert.equal((await refused(ada, 'invitations'))['retry-after'], '600');
  assert.equal((await ask(ada))?.left, '"user";r=0;t=60', 'refused invitations left one request');
  const bob = person('bob');
  await ask(bob);
  await ask(bob);
  for (let n = 0; n < 5; n++) assert.equal((await refused(bob, 'uploads'))['retry-after'], '60');
  assert.deepEqual(
    [...limits.refused],
    [
      ['invitations', 5],
      ['user', 5],
    ],
  );
});

test('who is refused by two waits for the longer', async () => {
  const { ask, refused } = open();
  await ask(person('ada'));
  await ask(person('ada'), 'uploads');
  const headers = await refused(person('ada'), 'uploads');
  assert.equal(headers['retry-after'], '300');
  assert.equal(headers.ratelimit, '"user";r=0;t=60, "uploads";r=0;t=300');
});

test('of many at once no more pass than the tightest policy lets', async () => {
  const { ask } = open({ RATE_LIMIT_ANONYMOUS_PER_MINUTE: 100, RATE_LIMIT_LOGIN: '20/60' });
  const all = await Promise.allSettled(Array.from({ length: 200 }, () => ask(anonymous, 'login')));
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 20);
});

test('signing in, signing up and recovery count by network, whoever asks', async () => {
  const { ask, refused } = open();
  for (const policy of ['signup', 'recovery'] as const) {
    await ask(person(`first-${policy}`), policy);
    await refused(person(`second-${policy}`), policy);
    await ask(person(`third-${policy}`), policy, '192.0.2.9');
  }
});

test('invitations and uploads count by caller, wherever they come from', async () => {
  const { ask, refused } = open();
  for (const policy of ['invitations', 'uploads'] as const) {
    await ask(person(`one-${policy}`), policy);
    await ask(person(`other-${policy}`), policy);
    await refused(person(`one-${policy}`), policy, '192.0.2.9');
  }
});
