/** The text of a key: the promises. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasForm, isOurs, makeKey } from './secret.ts';

const secret = randomBytes(32);
const known = (key: string) => hasForm(key) && isOurs(secret, key);

test('a key that we made is ours, and no two are alike', () => {
  const made = Array.from({ length: 100 }, () => makeKey(secret));
  assert.ok(made.every(({ key, prefix }) => known(key) && key.startsWith(prefix)));
  assert.equal(new Set(made.map(({ digest }) => digest)).size, made.length);
});

test('a key of another server is not ours', () => {
  assert.equal(known(makeKey(randomBytes(32)).key), false);
});

test('a key with any one character changed is not ours', () => {
  const { key } = makeKey(secret);
  for (let at = 0; at < key.length; at++) {
    for (const other of ['A', 'b', '_', ' ']) {
      if (key[at] === other) continue;
      assert.equal(known(key.slice(0, at) + other + key.slice(at + 1)), false, `${at} ${other}`);
    }
  }
});

test('whatever else is sent is not ours, and breaks nothing', () => {
  const { key } = makeKey(secret);
  const twisted = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.string({ minLength: 48, maxLength: 48 }).map((text) => `plk_${text}`),
    fc.constantFrom(
      '',
      'plk_',
      key.slice(0, -1),
      `${key}A`,
      `${key}\n`,
      ` ${key}`,
      key.toUpperCase(),
    ),
  );
  fc.assert(fc.property(twisted, (text) => known(text) === false));
});
