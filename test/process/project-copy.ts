/** A copy of the project that a test may edit, with the packages of this one. */
import { cpSync, existsSync, globSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, temporaryFolder } from '../server-process.ts';

const needed = ['package.json', 'plinth.js', 'src', 'migrations'];

export function projectCopy() {
  const folder = temporaryFolder();
  for (const name of needed) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    /** Files of the copy, relative to it. */
    files: (pattern: string) => globSync(pattern, { cwd: folder }).sort(),
    edit(file: string, change: (text: string) => string) {
      const path = join(folder, file);
      const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
      writeFileSync(path, change(text));
    },
  };
}
