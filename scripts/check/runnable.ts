/** Node runs every file as it is: nothing in it needs more than types taken away. */
import { stripTypeScriptTypes } from 'node:module';
import { allFolders, sources } from './source.ts';

/** @returns a sentence for every file Node refuses to run */
export function runnable(root: string): string[] {
  return sources(root, allFolders).flatMap(({ path, text }) => {
    try {
      stripTypeScriptTypes(text);
      return [];
    } catch (error) {
      const { message, stack = '' } = error as Error;
      const line = /:(\d+)\n/.exec(stack)?.[1] ?? 1;
      return `${path}:${line}: Node cannot run it (${message.trim()}); use only types that can be erased`;
    }
  });
}
