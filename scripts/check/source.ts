/** The files a law reads, with their paths from the root of the project. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Comment, type Token, tokenize } from './tokens.ts';

export class Source {
  readonly path: string;
  readonly text: string;
  #split: { tokens: Token[]; comments: Comment[] } | undefined;

  constructor(root: string, file: string) {
    this.path = file;
    this.text = readFileSync(path.join(root, file), 'utf8');
  }

  get tokens(): readonly Token[] {
    this.#split ??= tokenize(this.text);
    return this.#split.tokens;
  }

  get comments(): readonly Comment[] {
    this.#split ??= tokenize(this.text);
    return this.#split.comments;
  }
}

export type Folder = 'src' | 'test' | 'scripts';

export const allFolders = ['src', 'test', 'scripts'] as const;

/** Every TypeScript file below the folders. */
export function sources(root: string, folders: readonly Folder[]): Source[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
    .sort()
    .map((file) => new Source(root, file));
}

export const isTest = (file: string): boolean => file.endsWith('.test.ts');

/** Every file git would take, as far as `.gitignore` says it by names. */
export function committedFiles(root: string): string[] {
  const list = path.join(root, '.gitignore');
  const ignored = existsSync(list)
    ? readFileSync(list, 'utf8')
        .split('\n')
        .map((line) => line.trim().replace(/\/$/, ''))
        .filter((line) => line !== '' && !line.startsWith('#'))
    : [];
  ignored.push('.git', 'node_modules');
  const below = (folder: string): string[] =>
    readdirSync(path.join(root, folder), { withFileTypes: true })
      .filter(({ name }) => !ignored.some((pattern) => path.matchesGlob(name, pattern)))
      .flatMap((entry) => {
        const file = path.posix.join(folder, entry.name);
        if (entry.isDirectory()) return below(file);
        return entry.isFile() ? [file] : [];
      });
  return below('').sort();
}
