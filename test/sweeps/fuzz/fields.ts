/** Header fields for the fuzz: conditions, preferences, keys, credentials, types. */
import fc from 'fast-check';

/** What a header may hold at all: visible Latin-1 and spaces. */
const text = fc
  .array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0xa0, max: 0xff })), {
    maxLength: 40,
  })
  .map((codes) => String.fromCharCode(...codes).trim());
const oneOf = (...values: readonly string[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, text);

const tags = oneOf('*', '"1"', '"1-x"', 'W/"1"', '"', '"a", "b"', '', ',', 'x'.repeat(4000), '"é"');
const dates = oneOf(
  ...['Wed, 21 Oct 2015 07:28:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', 'yesterday', '0'],
  ...['Sunday, 06-Nov-94 08:49:37 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT', '2026-11-20T15:30:00Z'],
);

const fields: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'if-match': tags,
  'if-none-match': tags,
  'if-modified-since': dates,
  'if-unmodified-since': dates,
  'if-range': tags,
  range: oneOf('bytes=0-0', 'bytes=-1', 'bytes=9-', 'items=0-1'),
  'idempotency-key': oneOf(
    ...['{{fresh}}', '"{{fresh}}"', 'same', '"same"', '', '""', '"', 'two words', '"a\\"b"'],
    ...['k'.repeat(255), 'k'.repeat(256), `"${'k'.repeat(255)}"`, 'a, b', '?1', ':YQ==:'],
  ),
  prefer: oneOf(
    ...['return=minimal', 'return=representation', 'return="minimal"', 'RETURN=minimal', 'return'],
    ...['respond-async, wait=1', 'return=minimal, return=representation', 'handling=strict', ';;'],
  ),
  accept: oneOf(
    ...['*/*', 'application/json', 'application/problem+json', 'text/html', 'application/*;q=0.1'],
    ...['application/json;q=0', '', ';', 'x', 'application/json;version=2, */*;q=0'],
  ),
  'accept-language': oneOf('de', '*', 'x'.repeat(100)),
  'accept-encoding': oneOf('identity', 'x;q=2', 'gzip;q=0', 'identity;q=0', '*;q=0'),
  'content-language': text,
  'x-request-id': oneOf('order-7', 'x'.repeat(128), 'x'.repeat(129), '<script>', ''),
  traceparent: oneOf('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '00-0-0-0'),
  authorization: oneOf('Bearer', 'Bearer ', 'Bearer x.y.z', 'bearer null', 'Basic YTpi', 'Token x'),
  'x-api-key': oneOf('x', 'pk_x', 'x'.repeat(600), '', '{{key}}'),
  cookie: oneOf('a=b', '=', 'session=x; session=y', '__proto__=x'),
  origin: oneOf('https://evil.example', 'null', ''),
  'user-agent': oneOf('', 'x'.repeat(2000), 'Mozilla/5.0 (X11; Linux x86_64) Chrome/120'),
  'x-forwarded-for': oneOf('203.0.113.7', '::1, 10.0.0.1', 'unknown'),
  'x-http-method-override': oneOf('DELETE', 'TRACE'),
};

/** Up to three of them. */
export const anyHeaders: fc.Arbitrary<Record<string, string>> = fc
  .array(
    fc.oneof(
      ...Object.entries(fields).map(([name, values]) => fc.tuple(fc.constant(name), values)),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((some) => Object.fromEntries(some));

export const contentTypes: fc.Arbitrary<string> = fc.constantFrom(
  ...['application/json; charset=utf-8', 'application/json;charset=UTF-16', 'application/json;'],
  ...[
    'APPLICATION/JSON',
    'application/json5',
    'application/problem+json',
    'text/json',
    'text/plain',
  ],
  ...['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'x', '/', '', '*/*'],
  ...['application/json, text/plain', 'application/octet-stream', 'application/xml'],
);
