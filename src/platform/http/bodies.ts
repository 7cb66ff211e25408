/** How bodies are read: JSON in UTF-8 that PostgreSQL can keep. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { Invalid, Malformed } from '#kernel/problem.ts';

/** Bodies larger than this are refused with 413 before they are read. */
export const bodyLimit = 1_048_576;

export function bodies(app: FastifyInstance) {
  const parse = app.getDefaultJsonParser('error', 'error'); // refuses __proto__ and constructor
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = body as Buffer;
    if (bytes.length === 0) return done(null, undefined); // DELETE by clients that name a type anyway
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
  scope.removeAllContentTypeParsers();
  const type = 'application/x-www-form-urlencoded';
  scope.addContentTypeParser(
    type,
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, body, done) => {
      const fields = new URLSearchParams(body as string);
      const value = Object.fromEntries(fields);
      if (fields.size !== Object.keys(value).length)
        return done(Malformed('A field is given twice'));
      if (!isStorable(value)) return done(Invalid('The form holds a NUL character'));
      done(null, value);
    },
  );
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
