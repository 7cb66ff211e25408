/** What is sent badly: a clear problem, and nothing changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { harness } from './harness.ts';
import { rawOn } from './raw.ts';

const { app, call, caller } = await harness();
const { token } = await caller('ada');
const raw = await rawOn(app);
const json = 'application/json';

/** Sends bytes as a body of a new task. */
async function post(payload: string | Buffer, type: string | undefined = json) {
  const headers = { authorization: `Bearer ${token}`, ...(type && { 'content-type': type }) };
  const request: InjectOptions = { method: 'POST', url: '/api/v1/tasks', headers, payload };
  const response = await app.inject(request);
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    body: response.json(),
  };
}

const bad: readonly [string, string | Buffer, number, string, string?][] = [
  ['half of a JSON text', '{"title":', 400, 'malformed'],
  ['what is no JSON', 'title=x', 400, 'malformed'],
  ['a trailing comma', '{"title":"x",}', 400, 'malformed'],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'malformed'],
  ['a prototype', '{"title":"x","__proto__":{"admin":true}}', 400, 'malformed'],
  ['a constructor', '{"title":"x","constructor":{"prototype":{}}}', 400, 'malformed'],
  ['no body', '', 422, 'invalid'],
  ['null', 'null', 422, 'invalid'],
  ['a list', '[]', 422, 'invalid'],
  ['a word', '"title"', 422, 'invalid'],
  ['a NUL character', '{"title":"a\\u0000b"}', 422, 'invalid'],
  ['half a surrogate pair', '{"title":"a\\ud800b"}', 422, 'invalid'],
  ['a NUL character in a name', '{"title":"x","a\\u0000":1}', 422, 'invalid'],
  ['a form', 'title=x', 415, 'unsupported_media_type', 'application/x-www-form-urlencoded'],
  ['plain text', '{"title":"x"}', 415, 'unsupported_media_type', 'text/plain'],
  ['XML', '<title/>', 415, 'unsupported_media_type', 'application/xml'],
  ['a body over a megabyte', `{"title":"${'x'.repeat(10_000_000)}"}`, 413, 'too_large'],
  ['a nesting of a hundred thousand', '['.repeat(100_000), 400, 'malformed'],
];

for (const [name, payload, status, code, type] of bad) {
  test(`${name} is a ${status}`, async () => {
    const answer = await post(payload, type);
    assert.deepEqual([answer.status, answer.body.code], [status, code], answer.body.detail);
    assert.match(String(answer.type), /^application\/problem\+json/);
    assert.match(answer.body.detail, /\w/);
    assert.match(answer.body.request_id, /^[\da-f-]{36}$/);
  });
}

test('none of it left a row', async () => {
  assert.equal((await call('ada', 'GET /api/v1/tasks')).body.count, 0);
});

test('other scripts, emoji and escapes of whole characters are kept as they came', async () => {
  const title = '𝔘𝔫𝔦 code 🦄 \u202e מימין';
  const answer = await post(
    JSON.stringify({ title, description: 'x' }).replace('x', '\\ud83e\\udd84'),
  );
  assert.deepEqual([answer.status, answer.body.title, answer.body.description], [201, title, '🦄']);
});

test('what is wrong with a field that may be null is said once', async () => {
  const answer = await post('{"title":"x","due_at":"tomorrow","priority":"urgent"}');
  const said = answer.body.errors.map(({ loc, type }: { loc: string[]; type: string }) => [
    loc[1],
    type,
  ]);
  assert.deepEqual(said, [
    ['due_at', 'format'],
    ['priority', 'enum'],
  ]);
});

test('a title counts characters, not bytes', async () => {
  assert.equal((await post(JSON.stringify({ title: '🦄'.repeat(255) }))).status, 201);
  assert.equal((await post(JSON.stringify({ title: '🦄'.repeat(256) }))).status, 422);
});

test('a NUL character in the address is a 400, in the path and in the query', async () => {
  for (const line of ['GET /api/v1/tasks?search=%00', 'GET /api/v1/tasks/%00']) {
    assert.deepEqual((await call('ada', line)).body.code, 'malformed', line);
  }
});

test('an address that cannot be decoded is a 400 or a 404, never ours', async () => {
  for (const line of ['GET /api/v1/tasks/%zz', 'GET /%c0%ae', 'GET /api/v1/tasks?search=%ff']) {
    const { status } = await call('ada', line);
    assert.ok(status < 500 && status !== 401, `${line} ${status}`);
  }
});

test('an empty body that claims to be JSON does not stand in the way of a DELETE', async () => {
  const { body } = await call('ada', 'POST /api/v1/tasks', { title: 'x' });
  const headers = { 'content-type': json };
  const answer = await call('ada', `DELETE /api/v1/tasks/${body.id}`, undefined, { headers });
  assert.equal(answer.status, 204);
});

test('what is no HTTP gets a problem, and the connection ends', async () => {
  const said = await raw('HELLO\r\n\r\n');
  assert.match(said, /^HTTP\/1.1 400 /);
  assert.match(said, /application\/problem\+json[\s\S]*"code":"malformed"/);
});

test('headers without end get a 431', async () => {
  const said = await raw(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`);
  assert.match(said, /^HTTP\/1.1 431 [\s\S]*"code":"headers_too_large"/);
});

test('a body that is wrong in thousands of ways is told of fifty', async () => {
  const fields = Array.from({ length: 5_000 }, (_, n) => [`field ${n}`, n]);
  const { status, body } = await post(JSON.stringify(Object.fromEntries(fields)));
  assert.deepEqual([status, body.errors.length], [422, 50]);
  assert.match(body.detail, /, and \d{4} more$/);
});
