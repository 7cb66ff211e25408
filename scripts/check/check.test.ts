/** The whole check: its report, its tools, what a commit would hold, and the hook. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { expectFindings, type Files, plant } from './planted.ts';
import { report } from './report.ts';
import { withStaged } from './staged.ts';
import { biome, types } from './tools.ts';
import { words } from './words.ts';

const hook = path.resolve(import.meta.dirname, '../../.githooks/pre-commit');
const env = { PATH: process.env.PATH };

/** A repository in which the files are staged and nothing is committed. */
function plantRepository(t: TestContext, files: Files): string {
  const root = plant(t, files);
  execFileSync('git', ['init', '--quiet'], { cwd: root, env });
  execFileSync('git', ['add', '--all'], { cwd: root, env });
  return root;
}

test('the report has a line for each check, its sentences below, and whether all hold', async () => {
  const lines: string[] = [];
  const checks = {
    good: () => [],
    bad: async () => ['src/a.ts:1: is wrong; mend it'],
    broken: () => {
      throw new Error('no such file');
    },
  };
  assert.equal(await report(checks, '.', (line) => lines.push(line)), false);
  assert.deepEqual(
    lines.map((line) => line.replace(/\d+ ms/, 'n ms')),
    [
      '✓ good, n ms',
      '✗ bad, n ms',
      '  src/a.ts:1: is wrong; mend it',
      '✗ broken, n ms',
      '  the check itself failed: no such file',
    ],
  );
  assert.equal(await report({ good: () => [] }, '.', () => {}), true);
});

const compiler = JSON.stringify({ compilerOptions: { noEmit: true, types: [] }, include: ['src'] });

test('a type error is refused', (t) =>
  expectFindings(t, types, { 'tsconfig.json': compiler, 'src/a.ts': `\nconst a: 1 = 2;\n` }, [
    ['src/a.ts:2', /TS2322/],
  ]));

test('types that fit are fine', (t) =>
  expectFindings(t, types, { 'tsconfig.json': compiler, 'src/a.ts': 'const a: 1 = 1;\n' }, []));

test('a file that is not formatted and one with a warning are refused', async (t) => {
  const files = { 'src/a.ts': `export  const a = 1;\n`, 'src/b.ts': `export let a: any;\n` };
  await expectFindings(t, (root) => biome(root, ['src/a.ts']), files, [
    ['src/a.ts:1', /npm run format/],
  ]);
  await expectFindings(t, (root) => biome(root, ['src/b.ts']), files, [
    ['src/b.ts:1', /noExplicitAny/],
  ]);
});

test('a formatted file is fine, and so is one that Biome does not know', async (t) => {
  const files = { 'src/a.ts': 'export const a = 1;\n', 'a.sql': 'select  1' };
  await expectFindings(t, (root) => biome(root, ['src/a.ts', 'a.sql']), files, []);
});

test('what is staged is checked, not what lies in the working tree', async (t) => {
  const root = plantRepository(t, { 'src/a.ts': 'export const a = 1;\n' });
  writeFileSync(path.join(root, 'src/a.ts'), '/** Mended, but not staged. */\n');
  writeFileSync(path.join(root, 'src/b.ts'), 'wrong, but not staged');
  let laid = '';
  await withStaged(root, async (folder, changed) => {
    laid = folder;
    assert.deepEqual(changed, ['src/a.ts']);
    assert.deepEqual(words(folder), [
      'src/a.ts:1: begin with a /** … */ that says what the file is',
    ]);
  });
  assert.equal(existsSync(laid), false);
});

test('the hook without installed packages says what to do, and refuses', (t) => {
  const { status, stderr } = spawnSync(hook, {
    cwd: plantRepository(t, {}),
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /^[^\n]*npm ci[^\n]*\n$/);
});

test('the hook runs the check on the Node of the project, and answers as it does', (t) => {
  const node = 'node_modules/.bin/node';
  const root = plantRepository(t, { [node]: '#!/bin/sh\necho "$@"\nexit 7\n' });
  chmodSync(path.join(root, node), 0o755);
  const { status, stdout } = spawnSync(hook, { cwd: root, env, encoding: 'utf8' });
  assert.equal(status, 7);
  assert.match(stdout, /scripts\/check\.ts --staged\n$/);
});
