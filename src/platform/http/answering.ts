/** What goes out when all went well: the body, and the headers that say something of it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PreconditionFailed } from '#kernel/problem.ts';
import type { Given } from '#kernel/replays.ts';
import type { Route } from '#kernel/route.ts';
import { isAmong, isKnown, tagOf } from './conditions.ts';
import type { Contract } from './contract.ts';

const json = 'application/json; charset=utf-8';

/** The preference for an answer without a body (RFC 7240, 4.2), alone or among others. */
const minimal = /(?:^|,)\s*return\s*=\s*"?minimal"?\s*(?:[,;]|$)/i;

/** @returns what turns the result of a route into its answer, and changes nothing of the reply but its status */
export function answering(route: Route, { isVersioned, placedBy }: Contract) {
  const { status: usual = 200, variant, html, headers: headersOf, creates } = route;
  /** Nobody would know what was made. */
  const mustShow = creates && !placedBy;

  /** The answer of a route that shows no edition. */
  function plain(reply: FastifyReply, result: unknown): Given {
    const status = variant?.when(result as never) ? variant.status : usual;
    reply.code(status);
    const headers = headersOf?.(result as never);
    if (status === 204) return { status, headers: { ...headers }, body: '' };
    if (html) {
      const type = 'text/html; charset=utf-8';
      return { status, headers: { ...headers, 'content-type': type }, body: html(result as never) };
    }
    return {
      status,
      headers: { ...headers, 'content-type': json },
      body: reply.serialize(result) as string,
    };
  }

  /** The same of one resource, in this edition. */
  function versioned(request: FastifyRequest, given: Given, row: Row): Given {
    const tag = tagOf(row.version, given.body);
    const modified = new Date(row.updated_at);
    const about: Record<string, string> = { etag: tag, 'last-modified': modified.toUTCString() };
    const { method, headers: asked } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      if (mustShow || !asked.prefer || !minimal.test(String(asked.prefer))) {
        return dressed(given, about);
      }
      const status = given.status === 201 ? 201 : 204;
      return { status, headers: { ...about, 'preference-applied': 'return=minimal' }, body: '' };
    }
    if (asked['if-match'] && !isAmong(asked['if-match'], tag)) throw PreconditionFailed();
    // Kept by who asked, and asked about each time.
    about['cache-control'] = 'private, no-cache';
    if (isKnown(asked, tag, modified)) return { status: 304, headers: about, body: '' };
    return dressed(given, about);
  }

  const collection = filling(route.path.replace(/\/$/, ''));

  return (request: FastifyRequest, reply: FastifyReply, result: unknown): Given => {
    const given = plain(reply, result);
    const told = isVersioned ? versioned(request, given, result as Row) : given;
    if (!placedBy) return told;
    const { id, [placedBy]: name = id } = result as Record<string, string>;
    return dressed(told, { location: `${collection(request.params)}/${name}` });
  };
}

/** @returns what fills in the parameters of a path */
const filling =
  (path: string) =>
  (params: unknown): string =>
    path.replace(/:(\w+)/g, (_, name) =>
      encodeURIComponent((params as Record<string, string>)[name] ?? ''),
    );

type Row = { readonly version: number; readonly updated_at: string };

const dressed = (given: Given, headers: Readonly<Record<string, string>>): Given => ({
  ...given,
  headers: { ...given.headers, ...headers },
});

export function send(reply: FastifyReply, { status, headers, body }: Given) {
  reply.code(status).headers(headers);
  return body === '' ? reply.send() : reply.send(body);
}
