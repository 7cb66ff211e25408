/** README: its first request does what it says on a real server, and it names the scripts there are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Env, root, start, startServer } from '../server-process.ts';
import { emptyDatabase } from '../services/postgres.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const service = process.env.TEST_DATABASE_URL;

const [, firstRequest = ''] = /^## A first request$([\s\S]*?)^## /m.exec(readme) ?? [];
const commands = [...firstRequest.matchAll(/^```bash$([\s\S]*?)^```$/gm)]
  .map(([, block]) => block)
  .join('');

/** What the commands print: of each answer its status and its body. */
async function answersOf(env: Env) {
  const server = await startServer(env);
  const shell = start('bash', ['--norc', '-eu', '-c', commands], { env: { PLINTH: server.url } });
  const exit = await shell.exited;
  assert.deepEqual([exit, shell.errors()], [{ code: 0, signal: null }, ''], shell.output());
  return [...shell.output().matchAll(/^(.*)\n(\d{3})$/gm)].map(([, body, status]) => ({
    status: Number(status),
    body: body && JSON.parse(body),
  }));
}

async function holds(env: Env = {}) {
  const [signedUp, created, listed, completed, deleted, ...more] = await answersOf(env);
  const answers = [signedUp, created, listed, completed, deleted];
  assert.deepEqual(
    answers.map((answer) => answer?.status),
    [201, 201, 200, 200, 204],
  );
  assert.equal(signedUp?.body.email, 'ada@example.com');
  const { data, count, next_cursor, prev_cursor } = listed?.body ?? {};
  assert.deepEqual([data, count, next_cursor, prev_cursor], [[created?.body], 1, null, null]);
  const { id, title, completed: done, updated_at } = completed?.body ?? {};
  assert.deepEqual([id, title, done], [created?.body.id, 'Buy ink', true]);
  assert.ok(updated_at >= created?.body.updated_at);
  assert.equal(deleted?.body, '');
  assert.deepEqual(more, []);
}

test('the first request works as it stands, on the embedded database', () => holds());

test(
  'the first request works as it stands, on PostgreSQL',
  {
    skip: service === undefined && 'TEST_DATABASE_URL names no server',
  },
  async () => holds({ DATABASE_URL: (await emptyDatabase()).url }),
);

test('every script is named, and every script that is named is there', () => {
  const named = [...readme.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
    ([, run, short]) => run ?? short,
  );
  assert.deepEqual([...new Set(named)].sort(), Object.keys(scripts).sort());
});
