/** The guide to authentication: its commands do what they say on a real server. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, start, startServer } from '../server-process.ts';

const guide = readFileSync(join(root, 'docs/authentication.md'), 'utf8');
const [, commands = ''] = /^```bash$([\s\S]*?)^```$/m.exec(guide) ?? [];

test('the walk through works as it stands', async () => {
  const server = await startServer();
  const shell = start('bash', ['--norc', '-eu', '-c', commands], { env: { PLINTH: server.url } });
  const exit = await shell.exited;
  assert.deepEqual([exit, shell.errors()], [{ code: 0, signal: null }, ''], shell.output());
  const statuses = [...shell.output().matchAll(/^(\d{3})$/gm)].map(([, status]) => Number(status));
  assert.deepEqual(statuses, [201, 200, 403, 200, 401]);
});
