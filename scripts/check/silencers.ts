/** Nothing switches a check or a test off without a reason. */
import { allFolders, isTest, type Source, sources } from './source.ts';
import type { Comment } from './tokens.ts';

const reasonless =
  /biome-ignore(?!-end)(-all|-start)?\s+[^\s:]+\s*(:\s*(<explanation>|\*\/)?\s*)?$/;

function inComment({ text }: Comment): string | undefined {
  const directive = /@ts-(ignore|expect-error|nocheck)/.exec(text)?.[0];
  if (directive) return `${directive} hides a type error; mend the type`;
  const lines = text.split('\n');
  return lines.some((line) => reasonless.test(line.trim().replace(/\s*\*\/$/, '')))
    ? 'biome-ignore without a reason; write why after the colon'
    : undefined;
}

/** What the tokens from `index` on switch off. */
function inTest({ tokens }: Source, index: number): string | undefined {
  const before = tokens[index - 1]?.text ?? '';
  const [dot, name = '', open, argument] = tokens.slice(index, index + 4).map(({ text }) => text);
  if (dot === '.' && open === '(') {
    if (name === 'only') return 'only one test would run; remove only';
    const isWhole = /^(test|it|describe|suite)$/.test(before) || argument === ')';
    if (isWhole && /^(skip|todo)$/.test(name))
      return `${name} without a reason; write { ${name}: 'why' }`;
  }
  const [key, colon, value] = tokens.slice(index, index + 3).map(({ text }) => text);
  if (colon !== ':' || value !== 'true') return undefined;
  if (key === 'only') return 'only one test would run; remove only';
  return key === 'skip' || key === 'todo'
    ? `${key} without a reason; write { ${key}: 'why' }`
    : undefined;
}

/** @returns a sentence for everything that is silenced without a reason */
export function silencers(root: string): string[] {
  return sources(root, allFolders).flatMap((source) => {
    const { path, tokens, comments } = source;
    const found: [number, string | undefined][] = comments.map((comment) => [
      comment.line,
      inComment(comment),
    ]);
    if (isTest(path) || path.startsWith('test/'))
      tokens.forEach(({ line }, index) => {
        found.push([line, inTest(source, index)]);
      });
    return found.flatMap(([line, sentence]) => (sentence ? `${path}:${line}: ${sentence}` : []));
  });
}
