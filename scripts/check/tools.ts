/** The checks that other programs make: the compiler's and Biome's. */
import path from 'node:path';
import { runNode } from './child.ts';

const tools = path.resolve(import.meta.dirname, '../../node_modules');

/** @returns a sentence for every error of the types */
export async function types(root: string): Promise<string[]> {
  const compiler = path.join(tools, 'typescript/bin/tsc');
  const { code, output, complaints } = await runNode([compiler, '-p', '.', '--pretty', 'false'], {
    cwd: root,
  });
  if (code === 0) return [];
  return `${output}${complaints}`
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^(.+?)\((\d+),\d+\): /, '$1:$2: '));
}

/**
 * Format and lint.
 *
 * @param files from the root; everything unless said
 * @returns a sentence for everything Biome finds, warnings too
 */
export async function biome(root: string, files: readonly string[] = ['.']): Promise<string[]> {
  if (files.length === 0) return [];
  const options = [
    '--reporter=concise',
    '--colors=off',
    '--max-diagnostics=none',
    '--error-on-warnings',
    '--no-errors-on-unmatched',
    '--files-ignore-unknown=true',
  ];
  const program = path.join(tools, '@biomejs/biome/bin/biome');
  const { code, output, complaints } = await runNode([program, 'check', ...options, ...files], {
    cwd: root,
  });
  if (code === 0) return [];
  const said = `${output}${complaints}`.trimEnd().split('\n');
  const found = said.flatMap((line) => /^[×!] (.+)$/.exec(line)?.[1] ?? []);
  const sentences = found.map((line) =>
    line.replace(/^(\S+): format: .*/, '$1:1: is not formatted; run npm run format'),
  );
  return sentences.length > 0 ? sentences : said;
}
