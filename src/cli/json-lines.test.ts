/** Reading JSON lines: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonLine, jsonLines } from './json-lines.ts';

/** What is read of bytes that arrive in pieces of this size. */
async function read(bytes: Buffer, size: number): Promise<JsonLine[]> {
  async function* pieces() {
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
  }
  return Array.fromAsync(jsonLines(pieces()));
}

const kib = 1024;
const long = `"${'x'.repeat(64 * kib - 2)}"`;
const tooLong = 'It is longer than 64 KiB.';
const cases: readonly [string, string | Buffer, readonly JsonLine[]][] = [
  ['nothing', '', []],
  [
    'a last line without an end',
    '1\n"ü"',
    [
      { number: 1, value: 1 },
      { number: 2, value: 'ü' },
    ],
  ],
  ['empty lines, which count', '\n  \r\n3\r\n\n', [{ number: 3, value: 3 }]],
  ['a byte order mark at the start', '\ufeff1\n', [{ number: 1, value: 1 }]],
  [
    'half a JSON text',
    '{"a":\n2',
    [
      { number: 1, fault: 'It is no JSON.' },
      { number: 2, value: 2 },
    ],
  ],
  [
    'bytes that are not UTF-8',
    Buffer.from([0x22, 0xff, 0x22]),
    [{ number: 1, fault: 'It is no UTF-8.' }],
  ],
  [
    'the longest line',
    `${long}\n2`,
    [
      { number: 1, value: JSON.parse(long) },
      { number: 2, value: 2 },
    ],
  ],
  [
    'one that is longer',
    `${long} \n2`,
    [
      { number: 1, fault: tooLong },
      { number: 2, value: 2 },
    ],
  ],
  [
    'an endless last one',
    `1\n${long}${long}`,
    [
      { number: 1, value: 1 },
      { number: 2, fault: tooLong },
    ],
  ],
];

for (const [name, given, lines] of cases) {
  test(`${name}, in whatever pieces it arrives`, async () => {
    const bytes = Buffer.from(given);
    for (const size of [1, 7, 64 * kib, 1024 * kib]) {
      assert.deepEqual(await read(bytes, size), lines, `pieces of ${size}`);
    }
  });
}
