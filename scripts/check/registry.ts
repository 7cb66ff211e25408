/** The order of the features: a feature may use those above it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { importsOf } from './imports.ts';
import { featureOf, resolve } from './roles.ts';
import { Source } from './source.ts';

export const registryFile = 'src/features.ts';

/** The registry's source; undefined where there is none. */
export const registrySource = (root: string): Source | undefined =>
  existsSync(path.join(root, registryFile)) ? new Source(root, registryFile) : undefined;

/** The folders of the features in the order of the registry's array, not of its imports. */
export function featureOrder(root: string): string[] {
  const tokens = registrySource(root)?.tokens ?? [];
  const folders = new Map<string | undefined, string>();
  for (const { names, specifier = '' } of importsOf(tokens)) {
    const folder = featureOf(resolve(registryFile, specifier) ?? '');
    if (folder) folders.set(names[0], folder);
  }
  const isBeforeArray = (text: string | undefined) => text === 'default' || text === '=';
  const start = tokens.findIndex(
    ({ text }, index) => text === '[' && isBeforeArray(tokens[index - 1]?.text),
  );
  return tokens.slice(Math.max(start, 0)).flatMap(({ text }) => folders.get(text) ?? []);
}
