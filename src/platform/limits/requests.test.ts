/** Limits on requests: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestLimits } from './requests.ts';

test('everybody has the same limit, each for themselves', async () => {
  const limits = requestLimits(2);
  assert.deepEqual(await limits.count('ada', null), {
    policy: '"minute";q=2;w=60',
    left: '"minute";r=1;t=60',
  });
  await limits.count('ada', null);
  await assert.rejects(limits.count('ada', null), {
    message: 'No more than 2 requests a minute; try again in 60 s',
  });
  assert.equal((await limits.count('bob', null))?.left, '"minute";r=1;t=60');
});

test('a key may have a limit of its own, also where there is none for everybody', async () => {
  const limits = requestLimits(undefined);
  const own = { requests: 1, seconds: 10 };
  assert.equal(await limits.count('ada', null), undefined);
  assert.deepEqual(await limits.count('key', own), {
    policy: '"key";q=1;w=10',
    left: '"key";r=0;t=10',
  });
  await assert.rejects(limits.count('key', own), {
    message: 'No more than 1 requests in 10 s; try again in 10 s',
    headers: {
      'retry-after': '10',
      ratelimit: '"key";r=0;t=10',
      'ratelimit-policy': '"key";q=1;w=10',
    },
  });
});
