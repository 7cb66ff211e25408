/** Every way past row-level security says why in one sentence, and `docs/tenancy.md` lists them all. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { roleOf } from './roles.ts';
import { type Source, sources } from './source.ts';
import type { Token } from './tokens.ts';

const page = 'docs/tenancy.md';
const [start, end] = ['<!-- passages -->', '<!-- /passages -->'];
const theServer = 'the server itself';

type Passage = { readonly row: string; readonly place: string };

const textAt = (tokens: readonly Token[], from: number, length: number) =>
  Array.from({ length }, (_, index) => tokens[from + index]?.text ?? '').join('');

/** The reason that the call at `index` gives; undefined where it is not one literal. */
function reason(tokens: readonly Token[], index: number): string | undefined {
  const said = tokens[index + 2];
  const rest = textAt(tokens, index + 3, 2);
  const isAlone = rest.startsWith(')') || rest === ',)';
  const isCall = /^\??\.$/.test(tokens[index - 1]?.text ?? '') && tokens[index + 1]?.text === '(';
  return isCall && isAlone && said?.kind === 'string' && said.value.trim() ? said.value : undefined;
}

/** The passages of a file, and a sentence for each that does not say why. */
function passagesOf({ path: file, tokens }: Source) {
  const declares = ['kernel', 'platform'].includes(roleOf(file) ?? '');
  const passages: Passage[] = [];
  const mute: string[] = [];
  const pass = (why: string, line: number) =>
    passages.push({ row: `| \`${file}\` | ${why} |`, place: `${file}:${line}` });
  for (const [index, { value, kind, line }] of tokens.entries()) {
    if (value === 'system' && textAt(tokens, index - 2, 4) === 'as(system)') pass(theServer, line);
    if (value !== 'unscoped' || kind === 'template') continue;
    if (declares && tokens[index - 1]?.text !== '.') continue;
    const why = reason(tokens, index);
    if (why !== undefined) pass(why, line);
    else
      mute.push(`${file}:${line}: unscoped takes one literal that says why; write .unscoped('…')`);
  }
  return { passages, mute };
}

/** The rows of the page with their lines; undefined where it has no place for them. */
function listed(root: string): ReadonlyMap<string, number> | undefined {
  const file = path.join(root, page);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const [from, to] = [lines.indexOf(start), lines.indexOf(end)];
  if (from === -1 || to < from) return undefined;
  const numbered = lines.map((line, index) => [line, index + 1] as const).slice(from + 1, to);
  return new Map(numbered.filter(([line]) => line.startsWith('| `')));
}

/** @returns a sentence for every way past the policies that says nothing, or is not on the page */
export function passages(root: string): string[] {
  const found = sources(root, ['src'])
    .filter(({ path: file }) => roleOf(file) !== 'tests')
    .map(passagesOf);
  const mute = found.flatMap((file) => file.mute);
  const all = found.flatMap((file) => file.passages);
  const rows = listed(root);
  if (!rows) {
    if (all.length === 0) return mute;
    return [...mute, `${page}:1: lists no passages; write ${start} and ${end} where they belong`];
  }
  const there = new Set(all.map(({ row }) => row));
  const lacking = all.filter(({ row }, index) => {
    const isFirst = all.findIndex((other) => other.row === row) === index;
    return isFirst && !rows.has(row);
  });
  return [
    ...mute,
    ...lacking.map(({ row, place }) => `${place}: is not in ${page}; add the line ${row}`),
    ...[...rows]
      .filter(([row]) => !there.has(row))
      .map(([, line]) => `${page}:${line}: is no passage any more; take the line out`),
  ];
}
