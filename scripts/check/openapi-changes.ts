/** Nobody's client breaks unawares: the description beside the last one that was committed. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from './child.ts';
import { breakingChanges } from './openapi-operations.ts';

const file = 'openapi.json';
const record = 'docs/breaking-changes.md';

/** What git says; undefined where there is no git, no history or no such file in it. */
async function git(root: string, ...args: string[]): Promise<string | undefined> {
  const { code, output } = await runProgram('git', args, { cwd: root });
  return code === 0 ? output : undefined;
}

/**
 * The description that clients know: the one of the last commit, or, where that is what is here, the
 * one before it, so that a commit is judged after it was made as it was before.
 */
async function known(root: string, here: string): Promise<string | undefined> {
  const last = await git(root, 'show', `HEAD:./${file}`);
  if (last !== here) return last;
  const commits = await git(root, 'log', '-2', '--format=%H', '--', file);
  const [, before] = commits?.trim().split('\n') ?? [];
  return before && git(root, 'show', `${before}:./${file}`);
}

/** Whether the record names the change and says something of it, however its lines are broken. */
function isTold(told: string, change: string): boolean {
  const [, after] = told.split(`- ${change}. `);
  return after !== undefined && /^[^\s-]/.test(after);
}

/**
 * @param say hears where there is nothing to compare with
 * @returns a sentence for every change that breaks clients and that the record does not tell of
 */
export async function changes(
  root: string,
  say: (line: string) => void = console.log,
): Promise<string[]> {
  const place = path.join(root, file);
  if (!existsSync(place)) return []; // told by what compares it with the code
  const here = readFileSync(place, 'utf8');
  const before = await known(root, here);
  if (before === undefined) {
    say(`  no earlier ${file} to compare with: what breaks clients was not looked for`);
    return [];
  }
  const kept = path.join(root, record);
  const told = existsSync(kept) ? readFileSync(kept, 'utf8').replaceAll(/\s+/g, ' ') : '';
  return breakingChanges(JSON.parse(before), JSON.parse(here))
    .filter((change) => !isTold(told, change))
    .map(
      (change) =>
        `${file}:1: breaks clients: ${change}; take it back, or write "- ${change}. <why>" into ${record}`,
    );
}
