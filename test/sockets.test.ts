/** Bytes on a socket: every shape of a request gets the right answer, and what is none a clear problem. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from './harness.ts';
import { rawOn } from './raw.ts';

const { app, caller } = await harness();
const { token } = await caller('ada');
const raw = await rawOn(app);

const host = 'host: x\r\n';
const close = 'connection: close\r\n\r\n';
const get = (path: string, headers = host) => `GET ${path} HTTP/1.1\r\n${headers}${close}`;
const json = 'content-type: application/json\r\n';
const post = (headers: string, body = '', more = close) =>
  `POST /api/v1/tasks HTTP/1.1\r\n${host}authorization: Bearer ${token}\r\n${headers}${more}${body}`;

const cases: readonly [string, string, number, string?][] = [
  ['a request', get('/livez'), 200],
  ['one of HTTP/1.0, which names no host', 'GET /livez HTTP/1.0\r\n\r\n', 200],
  ['one in absolute form', get('http://x/livez'), 200],
  ['one whose host is written otherwise', get('http://X/livez'), 200],
  [
    'one in absolute form of HTTP/1.0, which names no host beside',
    'GET http://x/livez HTTP/1.0\r\n\r\n',
    200,
  ],
  ['an empty line before it', `\r\n${get('/livez')}`, 200],
  ['an expectation nobody knows', get('/livez', `${host}expect: magic\r\n`), 200],
  ['a wish to speak another protocol', get('/livez', `${host}upgrade: h2c\r\n`), 200],
  [
    'a body on a GET, which means nothing',
    `${get('/livez', `${host}content-length: 1\r\n`)}x`,
    200,
  ],
  ['chunks', post(`${json}transfer-encoding: chunked\r\n`, 'd\r\n{"title":"x"}\r\n0\r\n\r\n'), 201],

  ['no host', get('/livez', ''), 400, 'malformed'],
  ['two hosts', get('/livez', 'host: a\r\nhost: b\r\n'), 400, 'malformed'],
  ['the same host twice', get('/livez', `${host}${host}`), 400, 'malformed'],
  ['another host in the address', get('http://evil.example/livez'), 400, 'malformed'],
  ['another port in the address', get('http://x:81/livez'), 400, 'malformed'],
  ['a person in the address', get('http://x@evil.example/livez'), 400, 'malformed'],
  ['another host, and no path', get('http://evil.example?x'), 400, 'malformed'],
  ['a fragment', get('/livez#x'), 400, 'malformed'],
  ['a fragment in absolute form', get('http://x/livez#x'), 400, 'malformed'],
  ['no path', get('livez'), 400, 'malformed'],
  ['a line that ends without CR', `GET /livez HTTP/1.1\n${host}${close}`, 400, 'malformed'],
  ['a CR inside a header', get('/livez', `${host}a: b\rc\r\n`), 400, 'malformed'],
  ['a NUL inside a header', get('/livez', `${host}a: b\0c\r\n`), 400, 'malformed'],
  ['a folded header', get('/livez', `${host}a: b\r\n c\r\n`), 400, 'malformed'],
  ['a space before a colon', get('/livez', `${host}a : b\r\n`), 400, 'malformed'],
  ['two lengths', post('content-length: 1\r\ncontent-length: 2\r\n', 'ab'), 400, 'malformed'],
  ['a list of lengths', post('content-length: 1, 1\r\n', 'a'), 400, 'malformed'],
  ['a negative length', post('content-length: -1\r\n'), 400, 'malformed'],
  ['a length with a sign', post('content-length: +1\r\n', 'a'), 400, 'malformed'],
  [
    'a length and chunks',
    post('content-length: 5\r\ntransfer-encoding: chunked\r\n', '0\r\n\r\n'),
    400,
    'malformed',
  ],
  ['chunks that are not last', post('transfer-encoding: chunked, identity\r\n'), 400, 'malformed'],
  [
    'chunks of HTTP/1.0, which does not know them',
    `POST /api/v1/auth/login HTTP/1.0\r\n${json}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    'malformed',
  ],
  [
    'the same, though the connection is to be kept',
    `GET /livez HTTP/1.0\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    'malformed',
  ],
  ['chunks with a space', post('transfer-encoding : chunked\r\n'), 400, 'malformed'],
  [
    'a chunk without a size',
    post(`${json}transfer-encoding: chunked\r\n`, 'zz\r\n'),
    400,
    'malformed',
  ],
  ['the start of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'malformed'],
  ['a handshake of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'malformed'],
  [
    'two tokens',
    get('/api/v1/tasks', `${host}${`authorization: Bearer ${token}\r\n`.repeat(2)}`),
    401,
    'unauthenticated',
  ],
  ['encoded dots', get('/docs/%2e%2e/livez'), 404, 'not_found'],
  ['an encoded slash', get('/api%2fv1/auth/sessions'), 404, 'not_found'],
  ['two slashes', get('//livez'), 404, 'not_found'],
  [
    'a method that is not for this path',
    `PUT /livez HTTP/1.1\r\n${host}${close}`,
    405,
    'method_not_allowed',
  ],
  ['TRACE', `TRACE /livez HTTP/1.1\r\n${host}${close}`, 405, 'method_not_allowed'],
  ['PROPFIND', `PROPFIND /livez HTTP/1.1\r\n${host}${close}`, 405, 'method_not_allowed'],
  ['an address over 8,000 characters', get(`/${'x'.repeat(8_000)}`), 414, 'address_too_long'],
  ['one longer than all headers may be', get(`/${'x'.repeat(40_000)}`), 414, 'address_too_long'],
  [
    'a hundred headers too many',
    get('/livez', host + 'a: b\r\n'.repeat(200)),
    431,
    'headers_too_large',
  ],
  [
    'a header of 20 kB',
    get('/livez', `${host}a: ${'b'.repeat(20_000)}\r\n`),
    431,
    'headers_too_large',
  ],
  ['a method nobody knows', `BREW /livez HTTP/1.1\r\n${host}${close}`, 501, 'not_implemented'],
  ['CONNECT', `CONNECT x:443 HTTP/1.1\r\n${host}\r\n`, 501, 'not_implemented'],
  ['HTTP/1.2', `GET /livez HTTP/1.2\r\n${host}${close}`, 505, 'wrong_version'],
  ['HTTP/3.0', `GET /livez HTTP/3.0\r\n${host}${close}`, 505, 'wrong_version'],
];

for (const [name, bytes, status, code] of cases) {
  test(`${name}: ${status}`, async () => {
    const said = await raw(bytes);
    const [head = '', body = ''] = said.split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} \\w`), said);
    assert.match(head, /\r\nx-request-id: [\da-f-]{36}\r\n/i);
    assert.match(head, /\r\nx-content-type-options: nosniff\r\n/i);
    if (!code) return;
    assert.match(head, /\r\ncontent-type: application\/problem\+json/i);
    const problem = JSON.parse(body);
    assert.deepEqual([problem.code, problem.status], [code, status]);
    assert.ok(head.includes(problem.request_id));
  });
}

test('requests one after the other on a connection are answered in their order', async () => {
  const said = await raw(`${get('/livez').replace(close, '\r\n')}${get('/nothing')}`);
  assert.deepEqual(said.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 404']);
});

test('what follows a request and is none does not take the place of its answer', async () => {
  const body = '{"title":"kept"}';
  const said = await raw(
    post(`${json}content-length: ${body.length}\r\n`, `${body}RUBBISH\r\n\r\n`, '\r\n'),
  );
  assert.deepEqual(said.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 201']);
});

test('a body longer than was said is cut where its length says', async () => {
  const said = await raw(
    post(`${json}content-length: 13\r\n`, '{"title":"x"}GET /livez HTTP/1.1\r\n\r\n'),
  );
  assert.deepEqual(said.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 201']);
});

test('who waits to be asked for the body is refused before it, or asked for it', async () => {
  const expecting = `${json}content-length: 13\r\nexpect: 100-continue\r\n`;
  const refused = await raw(`POST /api/v1/tasks HTTP/1.1\r\n${host}${expecting}\r\n`);
  assert.match(refused, /^HTTP\/1\.1 401 /);
  const asked = await raw(post(expecting, '{"title":"x"}'));
  assert.match(asked, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
});
