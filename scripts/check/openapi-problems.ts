/** The page of problems is the table of the description: what goes wrong is told in one place. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const source = 'openapi.json';
const page = 'docs/problems.md';

/**
 * @param root of a project whose description is there
 * @returns the text of `docs/problems.md`
 */
export function problemsPage(root: string): string {
  const { info } = JSON.parse(readFileSync(path.join(root, source), 'utf8'));
  const description: string = info?.description ?? '';
  const start = description.indexOf('# Problems\n');
  return start === -1 ? '' : `${description.slice(start)}\n`;
}

/** @returns a sentence where the page is not what the description says */
export function problems(root: string): string[] {
  if (!existsSync(path.join(root, source))) return []; // told by what compares it with the code
  const kept = path.join(root, page);
  if (existsSync(kept) && readFileSync(kept, 'utf8') === problemsPage(root)) return [];
  return [`${page}:1: is not what ${source} says; run npm run openapi`];
}
