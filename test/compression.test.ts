/** What is packed on the wire, for whom, and what never is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { harness } from './harness.ts';

const { app, call, caller } = await harness();
const { token } = await caller('ada');
for (let n = 0; n < 20; n++) await call('ada', 'POST /api/v1/tasks', { title: `Task ${n}` });
const { body: all } = await call('ada', 'GET /api/v1/tasks');
const [first] = all.data;

const unpack: Record<string, (bytes: Buffer) => Buffer> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  identity: (bytes) => bytes,
};

async function ask(url: string, accepted?: string, method: 'GET' | 'HEAD' = 'GET') {
  const encoding = accepted === undefined ? {} : { 'accept-encoding': accepted };
  const headers = { authorization: `Bearer ${token}`, ...encoding };
  const {
    rawPayload,
    headers: told,
    statusCode: status,
  } = await app.inject({ method, url, headers });
  const packed = String(told['content-encoding'] ?? 'identity');
  return { status, headers: told, packed, bytes: rawPayload };
}

const agreements = [
  [undefined, 'identity'],
  ['', 'identity'],
  ['identity', 'identity'],
  ['deflate, zstd', 'identity'],
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['br;q=0.1, gzip;q=0.9', 'gzip'],
  ['gzip;q=0', 'identity'],
] as const;

for (const url of ['/api/v1/tasks', '/openapi.json', '/docs/assets/swagger-ui.css']) {
  for (const [accepted, expected] of agreements) {
    test(`${url} to who accepts ${accepted ?? 'all'} comes as ${expected}`, async () => {
      const [plain, answer] = [await ask(url), await ask(url, accepted)];
      assert.deepEqual([answer.status, answer.packed], [200, expected]);
      assert.deepEqual(unpack[expected]?.(answer.bytes), plain.bytes);
      assert.equal(Number(answer.headers['content-length']), answer.bytes.length);
      if (expected === 'identity') return;
      assert.ok(answer.bytes.length < plain.bytes.length / 2);
      assert.match(String(answer.headers.vary), /accept-encoding/i);
      const head = await ask(url, accepted, 'HEAD');
      assert.deepEqual(
        ['content-encoding', 'content-length', 'etag'].map((name) => head.headers[name]),
        ['content-encoding', 'content-length', 'etag'].map((name) => answer.headers[name]),
      );
    });
  }
}

test('two encodings never have one strong validator', async () => {
  const tags = await Promise.all(
    ['identity', 'gzip', 'br'].map(async (one) => (await ask('/openapi.json', one)).headers.etag),
  );
  assert.equal(new Set(tags).size, 3);
  const headers = { 'if-none-match': String(tags[1]), 'accept-encoding': 'gzip' };
  const again = await call(undefined, 'GET /openapi.json', undefined, { headers });
  assert.deepEqual([again.status, again.body, again.headers.etag], [304, '', tags[1]]);
});

test('a single resource, a short list and a problem come as they are', async () => {
  for (const url of [`/api/v1/tasks/${first.id}`, '/api/v1/tasks?limit=1', '/nothing']) {
    assert.equal((await ask(url, 'br')).packed, 'identity', url);
  }
});

test('what holds a credential is never packed', async () => {
  const headers = { 'accept-encoding': 'br, gzip' };
  const login = { email: 'ada@example.com', password: 'correct horse battery 9' };
  const made = [
    await call(undefined, 'POST /api/v1/auth/login', login, { headers }),
    await call(
      'ada',
      'POST /api/v1/api-keys',
      { name: 'x'.repeat(200), permissions: { tasks: ['read'] } },
      { headers },
    ),
  ];
  for (const { status, headers, body } of made) {
    assert.ok(status < 300, JSON.stringify(body));
    assert.equal(headers['content-encoding'], undefined);
  }
});
