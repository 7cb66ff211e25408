/** A stream of JSON lines, of any length, read one line at a time. */
import { isUtf8 } from 'node:buffer';

export type JsonLine = {
  /** Counted from 1; empty lines count too. */
  readonly number: number;
  readonly value?: unknown;
  /** A sentence, where the line cannot be read. It shows nothing of the line. */
  readonly fault?: string;
};

/** A line longer than this is not kept while its end is looked for. */
const maxLineKiB = 64;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Empty lines are left out; the last line needs no end. */
export async function* jsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<JsonLine> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 0;

  function keep(part: Buffer) {
    length += part.length;
    if (length <= maxLineKiB * 1024) parts.push(part);
    else parts = [];
  }

  function take(): JsonLine | undefined {
    const bytes = Buffer.concat(parts);
    const isTooLong = length > bytes.length;
    parts = [];
    length = 0;
    number += 1;
    if (isTooLong) return { number, fault: `It is longer than ${maxLineKiB} KiB.` };
    const isMarked = number === 1 && bytes.subarray(0, 3).equals(byteOrderMark);
    return read(number, isMarked ? bytes.subarray(3) : bytes);
  }

  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', from)) {
      keep(chunk.subarray(from, end));
      const line = take();
      if (line) yield line;
      from = end + 1;
    }
    keep(chunk.subarray(from));
  }
  const last = take();
  if (last) yield last;
}

function read(number: number, bytes: Buffer): JsonLine | undefined {
  if (!isUtf8(bytes)) return { number, fault: 'It is no UTF-8.' };
  const text = bytes.toString();
  if (text.trim() === '') return undefined;
  try {
    return { number, value: JSON.parse(text) };
  } catch {
    return { number, fault: 'It is no JSON.' };
  }
}
