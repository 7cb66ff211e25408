/** Conditions: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAmong, isKnown, refuseUntold, tagOf, versionsIn } from './conditions.ts';

const tag = tagOf(7, '{"title":"Ink"}');

test('a tag is strong, and another for another version or another body', () => {
  assert.match(tag, /^"7-[\w-]{22}"$/);
  assert.equal(tag, tagOf(7, '{"title":"Ink"}'));
  assert.notEqual(tag, tagOf(8, '{"title":"Ink"}'));
  assert.notEqual(tag, tagOf(7, '{"title":"ink"}'));
});

const matches: readonly [string | undefined, readonly number[] | undefined][] = [
  [undefined, undefined],
  ['*', undefined],
  [' * ', undefined],
  [tag, [7]],
  ['"7-abc", "12-def"', [7, 12]],
  ['"7-abc","12-def"', [7, 12]],
  [`W/${tag}`, []],
  ['"7-a, 8-b"', []],
  ['"of another server"', []],
  ['7', []],
  ['', []],
  ['"0-a"', []],
  ['"-1-a"', []],
  ['"99999999999-a"', []],
  ['"4000000000-a"', []],
  ['"1e3-a"', []],
];

for (const [header, versions] of matches) {
  test(`If-Match: ${header} is about ${versions ? `versions [${versions}]` : 'any version'}`, () => {
    assert.deepEqual(versionsIn(header), versions);
  });
}

test('a tag is found among others, weak ones too, and by a star', () => {
  for (const among of [tag, `W/${tag}`, `"a", ${tag}`, `"a,b",${tag}`, '*']) {
    assert.equal(isAmong(among, tag), true, among);
  }
  for (const among of ['', '"7-x"', '7-x', tag.slice(1, -1), `"x${tag.slice(1)}`]) {
    assert.equal(isAmong(among, tag), false, among);
  }
});

const changed = new Date('2026-11-20T15:30:00.900Z');

test('a date is asked only where no tag is, and to the second', () => {
  const known = (headers: Parameters<typeof isKnown>[0]) => isKnown(headers, tag, changed);
  const of = (text: string) => ({ 'if-modified-since': text });
  assert.equal(known(of('Fri, 20 Nov 2026 15:30:00 GMT')), true);
  assert.equal(known(of('Fri, 20 Nov 2026 15:29:59 GMT')), false);
  assert.equal(known(of('no date')), false);
  assert.equal(known({ ...of('Fri, 20 Nov 2026 15:30:00 GMT'), 'if-none-match': '"x"' }), false);
  assert.equal(known({ 'if-none-match': tag }), true);
  assert.equal(known({}), false);
});

const untold: readonly [Parameters<typeof refuseUntold>[0], boolean, boolean][] = [
  [{}, true, false],
  [{ 'if-match': tag }, true, false],
  [{ 'if-match': tag, 'if-unmodified-since': 'Fri, 20 Nov 2026 15:30:00 GMT' }, true, false],
  [{ 'if-match': '*' }, false, false],
  [{ 'if-none-match': tag }, true, false],
  [{ 'if-match': tag }, false, true],
  [{ 'if-unmodified-since': 'Fri, 20 Nov 2026 15:30:00 GMT' }, true, true],
  [{ 'if-none-match': '*' }, true, true],
];

for (const [headers, hasEditions, isRefused] of untold) {
  const what = `${JSON.stringify(headers)}${hasEditions ? '' : ' of what has no edition'}`;
  test(`a change under ${what} is ${isRefused ? 'refused' : 'let through'}`, () => {
    const refuse = () => refuseUntold(headers, hasEditions);
    if (isRefused) assert.throws(refuse, { message: /ETag|what is there/ });
    else refuse();
  });
}
