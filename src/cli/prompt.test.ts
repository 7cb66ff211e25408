/** Asking at a terminal: the promises. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { Refusal } from '#kernel/refusal.ts';
import { asking } from './prompt.ts';

/** A terminal at which somebody types. */
function terminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk) => {
    shown += chunk;
  });
  return { input, output, shown: () => shown };
}

test('what is asked is answered, and what is hidden is not shown', async () => {
  const { input, output, shown } = terminal();
  const answers = asking(input, output, async (ask) => {
    const name = ask('Name: ');
    input.write('Ada\r');
    const first = [await name];
    const secret = ask.hidden('Password: ');
    input.write('horse\r');
    first.push(await secret);
    const again = ask.hidden('Again: ');
    input.write('\u001b[A\r'); // the arrow that brings back what was typed before
    return [...first, await again];
  });
  assert.deepEqual(await answers, ['Ada', 'horse', '']);
  assert.match(shown(), /Name: [\s\S]*Ada[\s\S]*Password: \nAgain: \n/);
  assert.doesNotMatch(shown(), /horse/);
});

for (const [key, name] of [
  ['\u0003', 'Ctrl-C'],
  ['\u0004', 'Ctrl-D'],
] as const) {
  test(`who leaves by ${name} is told that nothing was done`, async () => {
    const { input, output, shown } = terminal();
    const left = asking(input, output, (ask) => {
      const secret = ask.hidden('Password: ');
      input.write(key);
      return secret;
    });
    await assert.rejects(left, Refusal);
    assert.match(shown(), /Password: \n/);
  });
}
