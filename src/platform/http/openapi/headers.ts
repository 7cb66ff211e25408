/** Response headers of the API description: each stands once, and answers refer to it. */
import type { Reference } from './schemas.ts';

export type Headers = Readonly<Record<string, Reference>>;

const text = (description: string, example: string) => ({
  description,
  schema: { type: 'string', examples: [example] },
});

/** The same of what is always there. */
const always = (description: string, example: string) => ({
  ...text(description, example),
  required: true,
});

/** The headers that answers share. */
export const headers = {
  'X-Request-ID': always(
    'The id of the request: the one it came with, or a new one.',
    '019a9c5e-7a4f-7c21-8d03-5b1f0a6e9c42',
  ),
  ETag: always(
    'The version that was answered (RFC 9110), for `If-None-Match` and `If-Match`.',
    '"3-Zk9vYl3hT0aQ"',
  ),
  'Last-Modified': always(
    'When it was last changed (RFC 9110), to the second.',
    'Fri, 20 Nov 2026 15:30:00 GMT',
  ),
  Location: text('Where what was made can be read.', '/api/v1/items/019a9c5e-0f4b-7a31-8c52-e1d9'),
  'Preference-Applied': text(
    'The preference that was followed (RFC 7240); left out where none was.',
    'return=minimal',
  ),
  'Idempotency-Replayed': text(
    '`true` where this is the first answer again; left out where it is the first.',
    'true',
  ),
  RateLimit: text(
    'What is left of each limit that counts here: `r` requests, for `t` seconds. A structured field, a list (RFC 9651).',
    '"user";r=599;t=60',
  ),
  'RateLimit-Policy': text(
    'The limits that count here: `q` requests in `w` seconds. A structured field, a list (RFC 9651).',
    '"user";q=600;w=60',
  ),
  'Retry-After': {
    description: 'Seconds to wait before the next attempt.',
    required: true,
    schema: { type: 'integer', minimum: 1, examples: [30] },
  },
  'WWW-Authenticate': always('The kind of credential that is asked for.', 'Bearer'),
} as const;
export type HeaderName = keyof typeof headers;

/** The headers of a limit (draft-ietf-httpapi-ratelimit-headers). */
export const limits: readonly HeaderName[] = ['RateLimit', 'RateLimit-Policy'];

/** The headers a refusal brings with it (RFC 9110; draft-ietf-httpapi-ratelimit-headers). */
export const refusals: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After', ...limits],
  503: ['Retry-After'],
};

/** References to these headers, in their order. */
export const referring = (names: readonly HeaderName[]): Headers =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
