/** The environment is read in one file; everything else takes the configuration by argument. */
import { importsOf } from './imports.ts';
import { isTest, type Source, sources } from './source.ts';

const reader = 'src/config.ts';

/** Lines that reach for the environment: by its name, by destructuring or by import. */
function reads({ tokens }: Source): number[] {
  const text = (index: number) => tokens[index]?.text;
  const lines = tokens.flatMap(({ text: word, line }, index) => {
    if (word !== 'process') return [];
    const named = /^\??\.$/.test(text(index + 1) ?? '') && text(index + 2) === 'env';
    const indexed = text(index + 1) === '[' && tokens[index + 2]?.value === 'env';
    return named || indexed || takesApart(index) ? line : [];
  });
  for (const { specifier, names, line } of importsOf(tokens))
    if (/^(node:)?process$/.test(specifier ?? '') && names.includes('env')) lines.push(line);
  return lines;

  /** Whether the word at `end` is taken apart by a pattern that names `env`. */
  function takesApart(end: number): boolean {
    if (text(end - 1) !== '=' || text(end - 2) !== '}') return false;
    let depth = 0;
    for (let at = end - 2; at >= 0; at--) {
      if (text(at) === '}') depth++;
      if (text(at) === '{' && --depth === 0) return false;
      if (text(at) === 'env' && depth === 1) return true;
    }
    return false;
  }
}

/** @returns a sentence for every place but one that reads the environment */
export function environment(root: string): string[] {
  return sources(root, ['src'])
    .filter(({ path }) => path !== reader && !isTest(path))
    .flatMap((source) =>
      reads(source).map(
        (line) =>
          `${source.path}:${line}: reads the environment; name the variable in ${reader} and take it as an argument`,
      ),
    );
}
