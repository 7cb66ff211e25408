/** Reads from the tokens of a file what it imports, in every form the language has. */
import type { Token } from './tokens.ts';

export type Import = {
  /** Undefined where it is computed, which only a dynamic import can be. */
  readonly specifier: string | undefined;
  readonly line: number;
  /** The whole statement is erased. `import { type A }` is not: it still loads the module. */
  readonly typeOnly: boolean;
  /** The words between `import` and `from`. */
  readonly names: readonly string[];
};

/** Every `import`, `export … from` and `import()` of a file. */
export function importsOf(tokens: readonly Token[]): Import[] {
  return tokens.flatMap((token, index) => {
    const isName = ['.', '?.'].includes(tokens[index - 1]?.text ?? '');
    if (token.kind !== 'word' || isName) return [];
    if (token.text === 'import' && tokens[index + 1]?.text === '(') return [dynamic(tokens, index)];
    return token.text === 'import' || token.text === 'export'
      ? (statement(tokens, index) ?? [])
      : [];
  });
}

function dynamic(tokens: readonly Token[], index: number): Import {
  const [argument, after] = tokens.slice(index + 2, index + 4);
  const isText = argument?.kind === 'string' || argument?.text.endsWith('`');
  const isPlain = isText && (after?.text === ')' || after?.text === ',');
  const line = tokens[index]?.line ?? 0;
  return { specifier: isPlain ? argument?.value : undefined, line, typeOnly: false, names: [] };
}

/** Undefined where the keyword begins something else, such as `export const`. */
function statement(tokens: readonly Token[], index: number): Import | undefined {
  const { line = 0, text: keyword } = tokens[index] ?? {};
  const [first, second] = tokens.slice(index + 1, index + 3);
  if (keyword === 'import' && first?.kind === 'string')
    return { specifier: first.value, line, typeOnly: false, names: [] };
  const typeOnly = first?.text === 'type' && second?.text !== 'from' && second?.text !== ',';
  const start = index + (typeOnly ? 2 : 1);
  if (keyword === 'export' && !/^[{*]$/.test(tokens[start]?.text ?? '')) return undefined;
  const names: string[] = [];
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at];
    const next = tokens[at + 1];
    if (token?.text === 'from' && next?.kind === 'string')
      return { specifier: next.value, line, typeOnly, names };
    if (token?.kind === 'word') names.push(token.text);
    else if (!/^[{},*]$/.test(token?.text ?? '')) return undefined;
    else if (token?.text === '}' && next?.text !== 'from') return undefined;
  }
  return undefined;
}
