/** The file of heads: lines are only ever added, and none is half a line. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Head } from './verify.ts';

/** No line is longer. */
const maxLineBytes = 1_024;

/** A head, and when it was exported. The line that ends an export says so. */
export type HeadLine = Head & { readonly exported_at: string; readonly is_last?: true };

export type HeadFile = {
  /** When the last export began that went to its end; undefined where the last one did not. */
  readonly last: string | undefined;
  add(lines: readonly HeadLine[]): Promise<void>;
  close(): Promise<void>;
};

/** Opens it for adding, makes it where it is missing, and takes out what a process left half written. */
export async function openHeadFile(path: string): Promise<HeadFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a+', 0o600);
  const last = await mended(file);
  return {
    last,
    async add(lines) {
      await file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      await file.datasync();
    },
    close: () => file.close(),
  };
}

async function mended(file: FileHandle): Promise<string | undefined> {
  const { size } = await file.stat();
  const length = Math.min(size, 2 * maxLineBytes);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
  const end = buffer.lastIndexOf('\n') + 1;
  if (end < length) await file.truncate(size - length + end);
  const line = buffer.subarray(0, end).toString().split('\n').at(-2);
  const { is_last, exported_at } = JSON.parse(line || '{}') as Partial<HeadLine>;
  return is_last && exported_at;
}
