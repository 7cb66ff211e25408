/** What is committed tells nothing of the machine it was written on. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { committedFiles } from './source.ts';

const telltales: readonly [RegExp, string][] = [
  [
    /\/\/[\w.-]*\b(registry|artifactory|nexus|verdaccio|npmmirror)\b[\w-]*\.[\w.-]+/i,
    'names a package registry; leave it to the settings of the machine',
  ],
  [
    /(^|[\s'"`(=:,])(\/(home|Users)\/(?!node\/)[\w.-]+\/|\/root\/|[A-Z]:\\+Users\\)/,
    'names a home folder; write the path from the root of the project',
  ],
];

/** @returns a sentence for every line that names a registry or somebody's home */
export function leaks(root: string): string[] {
  return committedFiles(root).flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    if (text.includes('\0')) return []; // no text
    return text.split('\n').flatMap((line, index) => {
      const told = telltales.find(([pattern]) => pattern.test(line));
      return told ? `${file}:${index + 1}: ${told[1]}` : [];
    });
  });
}
