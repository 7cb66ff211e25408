/** What was generated and has drifted is refused, with the command that mends it. */
import { test } from 'node:test';
import { drift } from './drift.ts';
import { expectFindings, type Files } from './planted.ts';

/** A program that prints what is asked for; `models` is the exit code of the last command. */
const house = (models = 0): Files => ({
  'package.json': '{ "type": "module" }',
  'plinth.js': `
const printed = { openapi: '{\\n  "a": 1\\n}\\n', 'env-example': 'PORT=8000\\n' };
const [command, ...rest] = process.argv.slice(2);
if (command === 'migrate' && rest.join(' ') === 'check --models') {
  if (${models}) console.log('items.title is new');
  process.exit(${models});
}
process.stdout.write(printed[command]);
`,
  'openapi.json': '{\n  "a": 1\n}\n',
  '.env.example': 'PORT=8000\n',
});

test('generated files that are what the code says are fine', (t) =>
  expectFindings(t, drift, house(), []));

test('an old description of the API is refused', (t) =>
  expectFindings(t, drift, { ...house(), 'openapi.json': '{\n  "a": 2\n}\n' }, [
    ['openapi.json:2', /npm run openapi/],
  ]));

test('an old list of variables is refused', (t) =>
  expectFindings(t, drift, { ...house(), '.env.example': 'PORT=8000\nHOST=a\n' }, [
    ['.env.example:2', /npm run env-example/],
  ]));

test('a generated file that is missing is refused', (t) => {
  const { 'openapi.json': _, ...rest } = house();
  return expectFindings(t, drift, rest, [['openapi.json:1', /is missing; run npm run openapi/]]);
});

test('models without their migration are refused', (t) =>
  expectFindings(t, drift, house(1), [
    ['migrations:1', /items\.title is new.*migrate -- generate/],
  ]));

test('a program that does not start is told from drift', (t) =>
  expectFindings(t, drift, { ...house(), 'plinth.js': `throw new Error('no such thing');` }, [
    ['openapi.json:1', /fails.*no such thing/],
    ['.env.example:1', /fails.*no such thing/],
    ['migrations:1', /no such thing/],
  ]));
