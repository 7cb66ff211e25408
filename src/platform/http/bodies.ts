/** How bodies are read: JSON in UTF-8 that PostgreSQL can keep. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Invalid, Malformed, UnsupportedMedia } from '#kernel/problem.ts';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

export function bodies(app: FastifyInstance) {
  const parse = app.getDefaultJsonParser('error', 'error'); // refuses __proto__ and constructor
  only(app, json);
  app.addContentTypeParser(json, { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = body as Buffer;
    if (bytes.length === 0) return done(null, undefined); // DELETE by clients that name a type anyway
    if (!isPlainUtf8(request)) return done(notTaken(request, json));
    if (!isUtf8(bytes)) return done(Malformed('The body is not UTF-8'));
    const text = bytes.toString();
    parse(request, text, (error, value) => {
      if (error) return done(Malformed('The body is not JSON', { cause: error }));
      // Only an escape can smuggle in what UTF-8 and JSON refuse when written plainly.
      if (text.includes('\\u') && !isStorable(value)) {
        return done(Invalid('The body holds a NUL character or half a surrogate pair'));
      }
      done(null, value);
    });
  });
}

/** Forms (OAuth 2.0's dialect) on the routes of one scope, and nothing else there. */
export function forms(scope: FastifyInstance) {
  only(scope, form);
  scope.addContentTypeParser(
    form,
    { parseAs: 'string', bodyLimit: 16_384 },
    (request, body, done) => {
      if (!isPlainUtf8(request)) return done(notTaken(request, form));
      const fields = new URLSearchParams(body as string);
      const value = Object.fromEntries(fields);
      if (fields.size !== Object.keys(value).length)
        return done(Malformed('A field is given twice'));
      if (!isStorable(value)) return done(Invalid('The form holds a NUL character'));
      done(null, value);
    },
  );
}

/** Whatever is sent on the routes of one scope, which is told nothing of it. */
export function unread(scope: FastifyInstance) {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: 16_384 },
    (_request, _body, done) => done(null, undefined),
  );
}

/** Refuses bodies of every type but one, unread. */
function only(scope: FastifyInstance, type: string) {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (request, _body, done) => done(notTaken(request, type)));
}

/** Neither packed nor in another alphabet; a type without a charset is UTF-8 (RFC 8259, 8.1). */
function isPlainUtf8({ headers }: FastifyRequest): boolean {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  if (encoding !== 'identity' && encoding !== '') return false;
  if (!type.includes(';')) return true;
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type) ?? [];
  return /^utf-?8$/i.test(charset);
}

/** Says what is taken instead (RFC 9110, 15.5.16; RFC 5789, 2.2). */
function notTaken({ method, headers }: FastifyRequest, type: string) {
  const { 'content-encoding': encoding } = headers;
  if (encoding && encoding !== 'identity') {
    return UnsupportedMedia('The body is packed; send it as it is, without Content-Encoding', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
  return UnsupportedMedia(`The body has to be ${type} in UTF-8; say so in Content-Type`, {
    headers: {
      accept: type,
      ...(method === 'POST' && { 'accept-post': type }),
      ...(method === 'PATCH' && { 'accept-patch': type }),
    },
  });
}

/** Whether every string in a value can be stored: no U+0000, no lone surrogate. */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  for (const [key, inner] of Object.entries(value)) {
    if (!isStorable(key) || !isStorable(inner)) return false;
  }
  return true;
}
