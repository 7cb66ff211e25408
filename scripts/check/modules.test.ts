/** Modules need no circle, no environment and nothing Node cannot run. */
import { test } from 'node:test';
import { cycles } from './cycles.ts';
import { environment } from './environment.ts';
import { expectFindings } from './planted.ts';
import { runnable } from './runnable.ts';

test('two modules that import each other are refused', (t) =>
  expectFindings(
    t,
    cycles,
    {
      'src/platform/a.ts': `import './b.ts';\n`,
      'src/platform/b.ts': `\nexport { a } from './c.ts';\n`,
      'src/platform/c.ts': `import '#platform/a.ts';\n`,
    },
    [
      [
        'src/platform/c.ts:1',
        /a\.ts → src\/platform\/b\.ts → src\/platform\/c\.ts → src\/platform\/a\.ts/,
      ],
    ],
  ));

test('a module that imports itself is refused', (t) =>
  expectFindings(t, cycles, { 'src/app.ts': `import './app.ts';\n` }, [
    ['src/app.ts:1', /circle/],
  ]));

test('a circle of types alone, and two ways to one module, are fine', (t) =>
  expectFindings(
    t,
    cycles,
    {
      'src/platform/a.ts': `import './b.ts';\nimport './c.ts';\n`,
      'src/platform/b.ts': `import './c.ts';\n`,
      'src/platform/c.ts': `import type { A } from './a.ts';\n`,
    },
    [],
  ));

const readings = {
  'by its name': 'const a = process.env.A;',
  'through the global': 'const a = globalThis.process?.env;',
  'by index': `const a = process['env'];`,
  'by destructuring': 'const { argv, env: { A } } = process;',
  'by import': `import { env } from 'node:process';`,
};

for (const [way, line] of Object.entries(readings))
  test(`the environment read ${way} outside the config is refused`, (t) =>
    expectFindings(t, environment, { 'src/cli/serve.ts': `\n${line}\n` }, [
      ['src/cli/serve.ts:2', /reads the environment/],
    ]));

test('the environment may be read in the config and in tests, and be spoken of', (t) =>
  expectFindings(
    t,
    environment,
    {
      'src/config.ts': 'const a = process.env.A;',
      'src/config.test.ts': 'const a = process.env.A;',
      'test/harness.ts': 'const a = process.env.A;',
      'src/app.ts': '// process.env\nconst a = "process.env"; const { argv } = process;',
    },
    [],
  ));

test('an enum, which Node cannot run, is refused', (t) =>
  expectFindings(t, runnable, { 'test/a.ts': 'const a = 1;\nenum B { C }\n' }, [
    ['test/a.ts:2', /enum/],
  ]));

test('types that can be erased are fine', (t) =>
  expectFindings(t, runnable, { 'src/a.ts': 'type A = 1;\nconst a = 1 as A satisfies A;\n' }, []));
