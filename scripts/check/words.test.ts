/** Files that are too long, nameless, unfinished, silenced or telling are refused. */
import { test } from 'node:test';
import { leaks } from './leaks.ts';
import { expectFindings, type Finding } from './planted.ts';
import { silencers } from './silencers.ts';
import { sizes } from './sizes.ts';
import { words } from './words.ts';

const header = '/** A planted file. */\n';
const lines = (count: number) => 'a();\n\n'.repeat(count);

test('a file of 201 lines is refused, one of 200 and its blank lines is not', (t) =>
  expectFindings(t, sizes, { 'src/a.ts': lines(201), 'test/b.ts': lines(200) }, [
    ['src/a.ts:401', /201 lines/],
  ]));

const imports = `${header}import items from './features/items/routes.ts';\n`;

test('a registry that is more than a list is refused', async (t) => {
  const grown = ['[items, { name: 1 }]', '[...items]', '[items];\nexport const permissions = 1'];
  for (const list of grown)
    await expectFindings(t, sizes, { 'src/features.ts': `${imports}export default ${list};\n` }, [
      ['src/features.ts:3', /more than a list/],
    ]);
});

test('a registry of names is fine, with its type or without', async (t) => {
  const named =
    'const features: readonly Feature[] = [\n  items,\n];\n\nexport default features;\n';
  await expectFindings(t, sizes, { 'src/features.ts': `${imports}export default [items];\n` }, []);
  await expectFindings(t, sizes, { 'src/features.ts': imports + named }, []);
});

test('a file that does not say what it is, is refused', (t) =>
  expectFindings(
    t,
    words,
    {
      'src/a.ts': 'const a = 1;\n',
      'src/b.ts': '// A line.\n',
      'src/c.ts': '\n/** Too low. */\n',
      'test/d.ts': '/** */\n',
      'scripts/e.ts': `#!/usr/bin/env node\n${header}`,
    },
    ['src/a.ts:1', 'src/b.ts:1', 'src/c.ts:1', 'test/d.ts:1'].map((at) => [at, /says what/]),
  ));

test('a name that says nothing is refused', (t) => {
  const files = ['src/platform/utils/a.ts', 'src/userManager.ts', 'test/test-helpers.ts'];
  const findings = files.map((file): Finding => [`${file}:1`, /says nothing/]);
  const planted = Object.fromEntries(
    [...files, 'src/commonplace.ts'].map((file) => [file, header]),
  );
  return expectFindings(t, words, planted, findings);
});

test('work left for later is refused in comments, and may be spoken of in strings', (t) =>
  expectFindings(
    t,
    words,
    { 'src/a.ts': `${header}\n/*\n * FIXME\n */\nconst a = 'TODO'; // XXX: soon\n` },
    [
      ['src/a.ts:4', /FIXME/],
      ['src/a.ts:6', /XXX/],
    ],
  ));

const silenced: Readonly<Record<string, readonly [line: string, about: RegExp]>> = {
  'a type error that is hidden': ['// @ts-expect-error wrong', /mend the type/],
  'a Biome rule off without a reason': ['// biome-ignore lint/a/b: ', /why/],
  'a Biome rule off with the placeholder': ['/* biome-ignore lint/a/b: <explanation> */', /why/],
  'a test that runs alone': [`test.only('a', b);`, /remove only/],
  'a test that runs alone by option': [`test('a', { only: true }, b);`, /remove only/],
  'a skipped test': [`it.skip('a', b);`, /why/],
  'a test skipped by option without a reason': [`test('a', { skip: true }, b);`, /why/],
  'a test that skips itself without a reason': ['t.skip();', /why/],
};

for (const [title, [line, about]] of Object.entries(silenced))
  test(`${title} is refused`, (t) =>
    expectFindings(t, silencers, { 'src/a.test.ts': `${header}${line}\n` }, [
      ['src/a.test.ts:2', about],
    ]));

test('what is silenced with a reason is fine, and so are namesakes outside tests', (t) =>
  expectFindings(
    t,
    silencers,
    {
      'src/a.test.ts': `test('a', { skip: !server && 'needs a server' }, b);\nt.skip('no server');\n`,
      'src/b.ts': `// biome-ignore lint/a/b: the driver wants it\nconst query = { skip: true };\n`,
    },
    [],
  ));

test('a package registry or a home folder in any committed file is refused', (t) => {
  const registry = ['https:/', 'registry.example.com', 'left-pad'].join('/');
  const home = ['', 'home', 'somebody', 'plinth'].join('/');
  return expectFindings(
    t,
    leaks,
    {
      '.gitignore': 'data/\n*.log\n',
      '.npmrc': `registry=${registry}\n`,
      'docs/start.md': `Then:\n\n    cd ${home}\n`,
      'data/a.txt': home,
      'start.log': home,
    },
    [
      ['.npmrc:1', /registry/],
      ['docs/start.md:3', /home folder/],
    ],
  );
});

test('paths of the API and of containers are fine', (t) =>
  expectFindings(
    t,
    leaks,
    { 'README.md': 'GET /users/me, https://example.com/home/a/, /home/node/app, // registry: a\n' },
    [],
  ));
