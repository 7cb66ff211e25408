/** Started by hand on a Node that is too old for it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import test from 'node:test';
import { root, shellEnv, start } from '../server-process.ts';

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const [needed = ''] = dependencies.node.split('.');

/** A Node of the machine that is older than the one this project brings. */
const old = (shellEnv().PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .filter((file) => existsSync(file))
  .map((file) => ({
    file,
    version: execFileSync(file, ['--version'], { encoding: 'utf8' }).trim(),
  }))
  .find(({ version }) => Number(/\d+/.exec(version)) < Number(needed));

test('a Node that is too old is told which one is needed, in one sentence', {
  skip: !old && 'no older Node is on the PATH',
}, async () => {
  const { file, version } = old as NonNullable<typeof old>;
  const started = start(file, [join(root, 'plinth.js'), 'serve'], { cwd: root });
  assert.deepEqual(await started.exited, { code: 1, signal: null });
  const [sentence = '', ...more] = started.output().trim().split('\n');
  assert.deepEqual(more, []);
  assert.ok(sentence.startsWith(`Plinth needs Node ${needed} and this is ${version.slice(1)}:`));
  assert.match(sentence, /npm start/);
});
