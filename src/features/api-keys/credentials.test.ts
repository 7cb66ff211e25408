/** API keys beside tokens, and what is no key at all: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';

const lines: string[] = [];
const logTo = { write: (line: string) => void lines.push(line) };
const { app, call, caller } = await harness({ logTo });
const ada = await caller('ada');
const bob = await caller('bob');

const read = 'GET /api/v1/tasks';
const sent = { name: 'robot', permissions: { tasks: ['read'] } };
const makeKey = async (): Promise<string> =>
  (await call('ada', 'POST /api/v1/api-keys', sent)).body.key;
const key = await makeKey();

const withKey = (key: string, line = read, body?: unknown) =>
  call(undefined, line, body, { headers: { 'x-api-key': key } });
const withBoth = (token: string, key: string, line = read) =>
  call(undefined, line, undefined, {
    headers: { 'x-api-key': key, authorization: `Bearer ${token}` },
  });

test('beside a valid token a key that is not valid is ignored, and logged without the key', async () => {
  lines.length = 0;
  const forged = `plk_${'A'.repeat(48)}`;
  assert.equal((await withBoth(ada.token, forged, 'GET /api/v1/users/me')).status, 200);
  const warned = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'warn');
  assert.deepEqual(
    warned.map(({ credential }) => credential),
    ['api_key'],
  );
  assert.ok(!lines.join().includes(forged));
});

test('beside a token that is not valid a valid key is enough, and is what counts', async () => {
  assert.equal((await withBoth('nonsense', key)).status, 200);
  assert.equal((await withBoth('nonsense', key, 'GET /api/v1/auth/sessions')).status, 403);
});

test('a token and a key of one user are the user; of two, nobody', async () => {
  assert.equal((await withBoth(ada.token, key, 'GET /api/v1/auth/sessions')).status, 200);
  const { status, body } = await withBoth(bob.token, key);
  assert.deepEqual([status, body.code], [403, 'credentials_disagree']);
});

test('a key is no token, and a token no key', async () => {
  const headers = { authorization: `Bearer ${key}` };
  assert.equal((await call(undefined, read, undefined, { headers })).status, 401);
  assert.equal((await withKey(ada.token)).status, 401);
});

const odd = [
  'x',
  ' ',
  'plk_',
  `${key}\u00a0`,
  `${key}, ${key}`,
  `${key.slice(0, -1)}\u2603`,
  'x'.repeat(8_000),
];
for (const [index, value] of odd.entries()) {
  test(`what is no key is a 401 without a statement (${index})`, async () => {
    const { status, body, statements } = await withKey(value);
    assert.deepEqual([status, body.code, statements], [401, 'unauthenticated', []]);
    assert.ok(!JSON.stringify(body).includes(key));
  });
}

test('a key without end is refused with the headers it stands in', async () => {
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const sent = fetch(address, { headers: { 'x-api-key': 'x'.repeat(1_048_576) } });
  const status = await sent.then(
    (answer) => answer.status,
    () => 'hung up on',
  );
  assert.ok([431, 'hung up on'].includes(status), `${status}`);
  assert.equal((await fetch(`${address}/livez`)).status, 200);
});

test('no log line holds a key', async () => {
  lines.length = 0;
  const made = await makeKey();
  await withKey(made);
  await withKey(made, 'POST /api/v1/tasks', { title: 'Buy ink' });
  assert.ok(lines.length > 0);
  assert.ok(!lines.join().includes(made.slice(10)));
});
