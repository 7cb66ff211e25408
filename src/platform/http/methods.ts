/** Which methods a path knows: asked for by `OPTIONS`, and told to who takes a wrong one (RFC 9110, 405). */
import type { FastifyInstance, HTTPMethods } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { NotFound } from '#kernel/problem.ts';
import { routing } from './routing.ts';

/** The methods at the path of a URL, in the form of `Allow`; empty where there is no path. */
export type AllowedAt = (url: string) => string;

/** Watches routes as they are added. */
export function methodsAt(app: FastifyInstance): AllowedAt {
  const known = findMyWay(routing);
  const methods = new Set<HTTPMethod>();

  app.addHook('onRoute', ({ method, url }) => {
    if (url === '*') return; // where preflights are answered, which is everywhere
    for (const one of ([] as HTTPMethods[]).concat(method) as HTTPMethod[]) {
      if (known.hasRoute(one, url)) continue;
      methods.add(one);
      known.on(one, url, () => {});
    }
  });

  /** Those of the path itself where it is one: what is named in the path of others is none of its own. */
  function at(url: string): HTTPMethod[] {
    const found = [...methods].flatMap((one) => {
      const route = known.find(one, url);
      return route ? [{ one, isItself: Object.keys(route.params).length === 0 }] : [];
    });
    const isThere = found.some(({ isItself }) => isItself);
    return found.filter(({ isItself }) => isItself || !isThere).map(({ one }) => one);
  }

  return (url) => {
    const found = url === '*' ? [...methods] : at(url);
    return found.length > 0 ? [...found, 'OPTIONS'].sort().join(', ') : '';
  };
}

/**
 * Answers `OPTIONS` at every path, to anybody: which methods there are is no secret. What is asked by
 * a page of an origin that may call is a preflight, and not answered here.
 */
export function options(app: FastifyInstance, allowed: AllowedAt, origins: readonly string[]) {
  const mayCall = new Set(origins);
  app.addHook('onRequest', ({ method, url, headers }, reply, done) => {
    if (method !== 'OPTIONS') return done();
    const isPreflight = headers['access-control-request-method'] !== undefined;
    if (isPreflight && mayCall.has(headers.origin ?? '')) return done();
    const allow = allowed(url);
    if (allow === '') return done(NotFound('No such route'));
    reply.code(204).header('allow', allow).send();
  });
}
