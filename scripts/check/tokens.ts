/** Splits TypeScript into tokens, with the scanner of the compiler the project is pinned to. */
import { createScanner } from 'typescript/unstable/ast/scanner';

export type Token = {
  readonly kind: 'word' | 'string' | 'template' | 'punctuation';
  /** As written. */
  readonly text: string;
  /** What a string says; of other tokens the text. */
  readonly value: string;
  readonly line: number;
};

export type Comment = { readonly text: string; readonly line: number };

/** Words after which a slash begins a regular expression and does not divide. */
const beforeExpression = new Set(
  'return typeof case in of delete void throw new do else await yield instanceof'.split(' '),
);

function kindOf(text: string, continuesTemplate: boolean): Token['kind'] {
  if (continuesTemplate || text.startsWith('`')) return 'template';
  if (/^['"]/.test(text)) return 'string';
  return /^[\p{ID_Start}\d_$#]/u.test(text) ? 'word' : 'punctuation';
}

/** Whether a slash after this token divides by what stands there. */
function endsValue(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'word') return !beforeExpression.has(token.text);
  if (token.kind === 'template') return !token.text.endsWith('${');
  return token.kind === 'string' || /^[)\]}]$/.test(token.text);
}

/** The tokens and the comments of a file; what stands in strings and comments is no token. */
export function tokenize(source: string): { tokens: Token[]; comments: Comment[] } {
  const scanner = createScanner(false, 0, source);
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  const braces: ('template' | 'block')[] = [];
  let line = 1;
  while (scanner.getTokenEnd() < source.length) {
    scanner.scan();
    const first = scanner.getTokenText();
    const continuesTemplate = first === '}' && braces.pop() === 'template';
    if (continuesTemplate) scanner.reScanTemplateToken(false);
    if (/^\/=?$/.test(first) && !endsValue(tokens.at(-1))) scanner.reScanSlashToken();
    const text = scanner.getTokenText();
    const kind = kindOf(text, continuesTemplate);
    if (text === '{') braces.push('block');
    if (kind === 'template' && text.endsWith('${')) braces.push('template');
    const value = kind === 'string' || kind === 'template' ? scanner.getTokenValue() : text;
    if (/^\/[/*]/.test(text)) comments.push({ text, line });
    else if (text.trim() !== '') tokens.push({ kind, text, value, line });
    line += text.split('\n').length - 1;
  }
  return { tokens, comments };
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

/** The index of the token that closes the bracket at `open`; the last token if none does. */
export function closing(tokens: readonly Token[], open: number): number {
  const opener = tokens[open]?.text ?? '';
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    const { kind, text = '' } = tokens[index] ?? {};
    if (kind !== 'punctuation') continue;
    if (text === opener) depth++;
    if (text === closers[opener] && --depth === 0) return index;
  }
  return tokens.length - 1;
}
