/** No modules that need each other: which of them runs first would be luck. */
import { importsOf } from './imports.ts';
import { resolve } from './roles.ts';
import { isTest, sources } from './source.ts';

type Edge = { readonly to: string; readonly line: number };

/** @returns a sentence for every import that closes a circle; erased imports close none */
export function cycles(root: string): string[] {
  const edges = new Map<string, Edge[]>();
  for (const { path, tokens } of sources(root, ['src'])) {
    if (isTest(path)) continue;
    const out = importsOf(tokens).flatMap(({ specifier, typeOnly, line }) => {
      const to = specifier && !typeOnly && resolve(path, specifier);
      return to ? { to, line } : [];
    });
    edges.set(path, out);
  }

  const sentences: string[] = [];
  const done = new Set<string>();
  function visit(file: string, trail: readonly string[]) {
    const here = [...trail, file];
    for (const { to, line } of edges.get(file) ?? []) {
      const circle = here.slice(here.indexOf(to));
      if (here.includes(to))
        sentences.push(
          `${file}:${line}: closes a circle (${[...circle, to].join(' → ')}); move what they share to a file of its own`,
        );
      else if (!done.has(to)) visit(to, here);
    }
    done.add(file);
  }
  for (const file of edges.keys()) if (!done.has(file)) visit(file, []);
  return sentences;
}
