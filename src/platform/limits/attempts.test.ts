/** Attempts: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem, Unauthenticated, Unavailable } from '#kernel/problem.ts';
import { openAttempts } from './attempts.ts';
import { memoryLimits } from './store.ts';

const never = async () => false;

function attempts() {
  const { run } = openAttempts(memoryLimits(), 'attempts');
  /** Zero where the attempt may go on, else the seconds to wait. */
  async function fail(account: string, address = '192.0.2.1', isKnown = never): Promise<number> {
    try {
      return await run({ account, address, isKnown }, async () => {
        throw Unauthenticated();
      });
    } catch (error) {
      assert.ok(error instanceof Problem);
      if (error.kind === Unauthenticated) return 0;
      assert.equal(error.kind.status, 429);
      return Number(error.headers?.['retry-after']);
    }
  }
  const succeed = () =>
    run({ account: 'ada', address: '192.0.2.1', isKnown: never }, async () => 'in');
  return { run, fail, succeed };
}

test('a few mistakes cost nothing, and then the pause doubles up to a minute', async ({ mock }) => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: Date.now() });
  const { fail } = attempts();
  for (let n = 0; n < 5; n++) assert.equal(await fail('ada'), 0, `attempt ${n}`);
  const pauses: number[] = [];
  for (let n = 0; n < 8; n++) {
    const pause = await fail('ada');
    pauses.push(pause);
    mock.timers.tick(pause * 1000);
    assert.equal(await fail('ada'), 0);
  }
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
});

test('many at once are no way round', async () => {
  const { fail } = attempts();
  const waits = await Promise.all(Array.from({ length: 50 }, () => fail('ada')));
  assert.equal(waits.filter((wait) => wait === 0).length, 5);
});

test('success forgives what went before', async () => {
  const { succeed, fail } = attempts();
  for (let n = 0; n < 4; n++) await fail('ada');
  assert.equal(await succeed(), 'in');
  for (let n = 0; n < 5; n++) assert.equal(await fail('ada'), 0);
  assert.equal(await fail('ada'), 1);
});

test('what could not be told counts as nothing, however often it is tried', async () => {
  const { run, succeed } = attempts();
  const attempt = { account: 'ada', address: '192.0.2.1', isKnown: never };
  for (const error of [new Error('ECONNREFUSED'), Unavailable()]) {
    for (let n = 0; n < 200; n++) {
      const work = run(attempt, async () => {
        throw error;
      });
      await assert.rejects(work, error);
    }
  }
  assert.equal(await succeed(), 'in');
});

test('who guesses at one account from one address keeps nobody else out', async () => {
  const { fail } = attempts();
  for (let n = 0; n < 20; n++) await fail('ada');
  assert.ok((await fail('ada')) > 0);
  assert.equal(await fail('ada', '198.51.100.7'), 0);
  assert.equal(await fail('bob'), 0);
});

test('however an address or an account is written, it is the same', async () => {
  const { fail } = attempts();
  for (const name of ['Ada@example.com', 'ada@EXAMPLE.com', ' ada@example.com']) {
    await fail(name, '2001:db8::1');
    await fail(name, '2001:db8::2');
  }
  assert.ok((await fail('ada@example.com', '2001:db8:0:0:ffff::')) > 0);
});

test('who tries one password on many accounts is stopped by the address', async () => {
  const { fail } = attempts();
  const waits: number[] = [];
  for (let n = 0; n < 120; n++) waits.push(await fail(`user ${n}`));
  assert.equal(waits.filter((wait) => wait === 0).length, 100);
  assert.equal(await fail('somebody', '198.51.100.7'), 0);
});

test('an account that many addresses guess at lets in its owner where they were seen, and nobody new', async () => {
  const { fail } = attempts();
  for (let n = 0; n < 50; n++) assert.equal(await fail('ada', `10.0.${n}.1`), 0);
  assert.ok((await fail('ada', '10.1.0.1')) > 0);
  assert.equal(await fail('ada', '10.2.0.1', async () => true), 0);
  assert.equal(await fail('bob', '10.1.0.1'), 0);
});
