/** Which methods a path knows, so that a wrong one is answered with the right ones (RFC 9110, 405). */
import type { FastifyInstance, HTTPMethods } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { routing } from './routing.ts';

/** Watches routes as they are added; the answer lists the methods at the path of a URL. */
export function methodsAt(app: FastifyInstance): (url: string) => readonly string[] {
  const known = findMyWay(routing);
  const methods = new Set<HTTPMethod>();

  app.addHook('onRoute', ({ method, url }) => {
    for (const one of ([] as HTTPMethods[]).concat(method) as HTTPMethod[]) {
      if (known.hasRoute(one, url)) continue;
      methods.add(one);
      known.on(one, url, () => {});
    }
  });

  return (url) => [...methods].filter((method) => known.find(method, url) !== null).sort();
}
