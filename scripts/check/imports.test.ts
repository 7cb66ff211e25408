/** Imports are read in every form, and never from comments, strings or regular expressions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf } from './imports.ts';
import { tokenize } from './tokens.ts';

const found = (source: string) =>
  importsOf(tokenize(source).tokens).map(
    ({ specifier, line, typeOnly }) => `${line} ${specifier}${typeOnly ? ' (type)' : ''}`,
  );

const forms: Readonly<Record<string, readonly [source: string, ...imports: string[]]>> = {
  'a default import': [`import a from 'x';`, '1 x'],
  'a namespace': [`import * as a from "x";`, '1 x'],
  'names over several lines': [`\nimport {\n  a,\n  b as c,\n} from 'x';\nb()`, '2 x'],
  'a default and names': [`import a, { type B } from 'x'`, '1 x'],
  'only its effects': [`import 'x';`, '1 x'],
  'a type import': [`import type { A } from 'x';`, '1 x (type)'],
  'a default import called type': [`import type from 'x';`, '1 x'],
  'inline types, which still load the module': [`import { type A } from 'x';`, '1 x'],
  'an export of names': [`export { a, b as default } from 'x';`, '1 x'],
  'an export of everything': [`export * from 'x'; export * as b from 'y';`, '1 x', '1 y'],
  'an export of types': [`export type { A } from 'x';`, '1 x (type)'],
  'a dynamic import': [`const a = await import('x');`, '1 x'],
  'a dynamic import of a plain template': ['import(`x`)', '1 x'],
  'a computed import': [`import(\`x/\${y}\`); import(z)`, '1 undefined', '1 undefined'],
  'one inside a template': [`\`\${await import('x')} from 'no'\``, '1 x'],
  'an attribute': [`import a from './a.json' with { type: 'json' };`, '1 ./a.json'],
  'none in comments': [`// import a from 'x'\n/* import 'y'; */`],
  'none in strings': [`const a = "import b from 'x'"; const c = \`export * from 'y'\`;`],
  'none in regular expressions': [`const a = /import 'x'/; const b = 1 / 2; import 'y'`, '1 y'],
  'none in own exports': [`export { a };\nexport const from = 'x';\nexport type B = 'y';`],
  'none in properties': [`a.import('x'); import.meta.url; const b = { import: 'y' };`],
};

for (const [title, [source, ...imports]] of Object.entries(forms))
  test(`the reader of imports finds ${title}`, () => {
    assert.deepEqual(found(source), imports);
  });
