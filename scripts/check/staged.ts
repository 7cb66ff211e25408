/** What a commit would hold, laid out in a folder of its own: the index, not the working tree. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runProgram } from './child.ts';

async function git(root: string, ...args: string[]): Promise<string> {
  const { code, output, complaints } = await runProgram('git', args, { cwd: root });
  if (code !== 0) throw new Error(`git ${args[0]}: ${complaints.trim()}`);
  return output;
}

/**
 * Lays out the index, hands it to `work` and clears it away.
 *
 * @param work is given the folder and the files that differ from the last commit
 */
export async function withStaged<Result>(
  root: string,
  work: (folder: string, changed: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(path.join(tmpdir(), 'plinth-staged-'));
  try {
    await git(root, 'checkout-index', '--all', '--force', `--prefix=${folder}/`);
    const changed = await git(root, 'diff', '--cached', '--name-only', '--diff-filter=d', '-z');
    return await work(folder, changed.split('\0').filter(Boolean));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
