/** Types, methods, encodings: what is agreed on before anything is done. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from './harness.ts';

const origin = 'https://app.example';
const plain = await harness();
const crossed = await harness({ env: { CORS_ORIGINS: origin } });
const { call } = plain;

const bodyTypes: readonly [string, Record<string, string>, number, Record<string, string>?][] = [
  ['JSON', { 'content-type': 'application/json' }, 201],
  ['JSON in UTF-8', { 'content-type': 'application/json; charset=utf-8' }, 201],
  ['JSON in utf8, however written', { 'content-type': 'Application/JSON;Charset="UTF8"' }, 201],
  ['JSON with another parameter', { 'content-type': 'application/json; profile=x' }, 201],
  ['identity', { 'content-type': 'application/json', 'content-encoding': 'identity' }, 201],
  ['JSON in Latin 1', { 'content-type': 'application/json; charset=iso-8859-1' }, 415, taken()],
  ['JSON in UTF-16', { 'content-type': 'application/json; charset=utf-16' }, 415, taken()],
  ['no type', {}, 415, taken()],
  ['no type that can be read', { 'content-type': 'json' }, 415],
  ['a kind of JSON', { 'content-type': 'application/ld+json' }, 415, taken()],
  ['XML', { 'content-type': 'text/xml' }, 415, taken()],
  [
    'gzip',
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    415,
    { 'accept-encoding': 'identity' },
  ],
];

function taken() {
  return { accept: 'application/json', 'accept-post': 'application/json' };
}

for (const [name, headers, status, told = {}] of bodyTypes) {
  test(`a body said to be ${name}: ${status}`, async () => {
    const payload = Buffer.from('{"title":"x"}');
    const answer = await call('ada', 'POST /api/v1/tasks', undefined, { payload, headers });
    assert.equal(answer.status, status, answer.body.detail);
    for (const [header, value] of Object.entries(told)) assert.equal(answer.headers[header], value);
    if (status === 415) assert.equal(answer.body.code, 'unsupported_media_type');
  });
}

test('a form is the one thing the form of OAuth takes', async () => {
  const payload = '{}';
  const headers = { 'content-type': 'application/json' };
  const line = 'POST /api/v1/login/access-token';
  const answer = await call(undefined, line, undefined, { payload, headers });
  assert.deepEqual(
    [answer.status, answer.headers.accept],
    [415, 'application/x-www-form-urlencoded'],
  );
});

for (const path of ['/livez', '/openapi.json', '/docs', '/api/v1/tasks', '/nothing']) {
  test(`HEAD ${path} says what GET says, and sends nothing`, async () => {
    const [got, headed] = [await call('ada', `GET ${path}`), await call('ada', `HEAD ${path}`)];
    assert.deepEqual([headed.status, headed.body], [got.status, '']);
    const { 'x-request-id': _, date: __, ...told } = headed.headers;
    const { 'x-request-id': ___, date: ____, ...said } = got.headers;
    assert.deepEqual(told, said);
  });
}

const options = [
  ['/livez', 204, 'GET, HEAD, OPTIONS'],
  ['/api/v1/tasks', 204, 'GET, HEAD, OPTIONS, POST'],
  ['/api/v1/tasks/?limit=1', 204, 'GET, HEAD, OPTIONS, POST'],
  [
    '/api/v1/tasks/01900000-0000-7000-8000-000000000000',
    204,
    'DELETE, GET, HEAD, OPTIONS, PATCH, PUT',
  ],
  // A DELETE there is about a job of that name, and there is none.
  ['/api/v1/jobs/functions', 204, 'GET, HEAD, OPTIONS'],
  ['/nothing', 404, undefined],
] as const;
for (const [path, status, allow] of options) {
  test(`OPTIONS ${path}: ${status}, whether or not pages of other origins may call`, async () => {
    for (const server of [plain, crossed]) {
      const answer = await server.call(undefined, `OPTIONS ${path}`);
      assert.deepEqual([answer.status, answer.headers.allow], [status, allow]);
      if (allow) {
        const wrong = await server.call(undefined, `TRACE ${path}`);
        assert.deepEqual([wrong.status, wrong.headers.allow], [405, allow]);
      }
    }
  });
}

test('a preflight of an origin that may call is answered, of another only OPTIONS is', async () => {
  const preflight = (from: string) =>
    crossed.call(undefined, 'OPTIONS /api/v1/tasks', undefined, {
      headers: { origin: from, 'access-control-request-method': 'POST' },
    });
  const { status, headers } = await preflight(origin);
  assert.deepEqual([status, headers['access-control-allow-origin']], [204, origin]);
  const other = await preflight('https://evil.example');
  assert.equal(other.status, 204);
  assert.equal(other.headers['access-control-allow-origin'], undefined);
  assert.equal((await crossed.call(undefined, 'GET /nothing')).status, 404);
});

const wishes = [
  'text/html',
  'application/xml',
  'application/problem+json',
  'image/*',
  '',
  '*/*;q=0',
];
for (const accept of wishes) {
  test(`who accepts ${accept || 'nothing'} gets JSON all the same, and problems too`, async () => {
    const at = (path: string) => call('ada', `GET ${path}`, undefined, { headers: { accept } });
    const [good, bad] = [await at('/api/v1/tasks'), await at('/api/v1/nothing')];
    assert.deepEqual([good.status, bad.status], [200, 404]);
    assert.match(String(good.headers['content-type']), /^application\/json/);
    assert.match(String(bad.headers['content-type']), /^application\/problem\+json/);
  });
}
