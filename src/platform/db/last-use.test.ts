/** Last use: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batches, type Uses } from './last-use.ts';

function writer(fail: () => boolean = () => false) {
  const written: [string, number][][] = [];
  const uses = batches(async (batch: Uses) => {
    if (fail()) throw new Error('the database is away');
    written.push([...batch]);
  });
  return { ...uses, written };
}

test('many uses within a minute are one write of the last', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { note, written } = writer();
  for (const at of [1, 2, 3]) note('key', at);
  note('other', 2);
  t.mock.timers.tick(59_999);
  assert.deepEqual(written, []);
  t.mock.timers.tick(1);
  assert.deepEqual(written, [
    [
      ['key', 3],
      ['other', 2],
    ],
  ]);
  t.mock.timers.tick(120_000);
  assert.equal(written.length, 1);
});

test('closing writes what is held, and nothing where nothing is', async () => {
  const { note, close, written } = writer();
  await close();
  note('key', 1);
  await close();
  await close();
  assert.deepEqual(written, [[['key', 1]]]);
});

test('what could not be written is written with the next batch, the later use of each', async () => {
  let away = true;
  const { note, close, written } = writer(() => away);
  note('one', 1);
  note('two', 1);
  await close();
  note('two', 2);
  away = false;
  await close();
  assert.deepEqual(written, [
    [
      ['one', 1],
      ['two', 2],
    ],
  ]);
});

test('a crowd is written early, so that memory has an end', async () => {
  const { note, written } = writer();
  for (let id = 0; id < 5_000; id++) note(String(id), 1);
  await new Promise(setImmediate);
  assert.equal(written[0]?.length, 5_000);
});
