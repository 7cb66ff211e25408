/** A break is refused until it is told of, whichever commit made it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { changes } from './openapi-changes.ts';
import { plant } from './planted.ts';

const describing = (...paths: string[]) =>
  `${JSON.stringify({ paths: Object.fromEntries(paths.map((at) => [at, { get: { responses: {} } }])) })}\n`;
const before = describing('/a', '/b');
const now = describing('/a');
const change = 'GET /b: is gone';

function house(t: TestContext) {
  const root = plant(t, { 'openapi.json': before });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      cwd: root,
      stdio: 'ignore',
    });
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const commit = () => {
    git('add', '.');
    git('commit', '-m', 'Change it', '--no-verify', '--no-gpg-sign');
  };
  const look = async () => {
    const said: string[] = [];
    const found = await changes(root, (line) => said.push(line));
    return { found, said };
  };
  return { git, write, commit, look };
}

test('a break is named before it is committed and after, and with other commits on it', async (t) => {
  const { git, write, commit, look } = house(t);
  git('init', '-b', 'main');
  commit();
  write('openapi.json', now);
  const { found } = await look();
  assert.equal(found.length, 1);
  assert.match(
    found[0] ?? '',
    /^openapi\.json:1: breaks clients: GET \/b: is gone; .*"- GET \/b: is gone\. <why>"/,
  );
  commit();
  assert.deepEqual((await look()).found, found);
  write('other.txt', 'something else');
  commit();
  assert.deepEqual((await look()).found, found);
});

const records: readonly (readonly [promise: string, text: string, found: number])[] = [
  ['told with its reason is let through', `# Breaking\n\n- ${change}. Nobody called it.\n`, 0],
  ['told over two lines is let through', '- GET /b: is\n  gone. Nobody\n  called it.\n', 0],
  ['told without a reason is not', `- ${change}.\n- GET /c: is gone. Nobody called it.\n`, 1],
  ['told of another path is not', '- GET /c: is gone. Nobody called it.\n', 1],
];

for (const [promise, text, found] of records)
  test(`a break that is ${promise}`, async (t) => {
    const { git, write, commit, look } = house(t);
    git('init', '-b', 'main');
    commit();
    write('openapi.json', now);
    write('docs/breaking-changes.md', text);
    assert.equal((await look()).found.length, found);
  });

test('without a history there is nothing to compare with, and that is said', async (t) => {
  const { git, commit, look } = house(t);
  const nothing = /no earlier openapi\.json to compare with/;
  for (const prepare of [() => {}, () => git('init', '-b', 'main'), commit]) {
    prepare();
    const { found, said } = await look();
    assert.deepEqual(found, []);
    assert.match(said.join(), nothing);
  }
});
