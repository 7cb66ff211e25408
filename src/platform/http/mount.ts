/** Routes as data become routes of the server. */
import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify';
import type { Client } from '#kernel/client.ts';
import type { Db } from '#kernel/db.ts';
import type { Feature } from '#kernel/feature.ts';
import type { Ports } from '#kernel/ports.ts';
import type { Route } from '#kernel/route.ts';
import { forms } from './bodies.ts';
import { paramsOf } from './documentation.ts';

declare module 'fastify' {
  interface FastifyRequest {
    readonly ports: Ports;
    readonly db: Db;
  }
}

/** What a handler finds on a request beside Fastify's own; made only when it is asked for. */
export function calls(app: FastifyInstance, ports: Ports) {
  app.decorateRequest('ports', { getter: () => ports });
  app.decorateRequest('db', {
    getter(this: FastifyRequest) {
      return ports.database.as(this.principal, new RequestClient(this));
    },
  });
}

/** Read only where something is kept of it: most requests never ask. */
class RequestClient implements Client {
  readonly #request: FastifyRequest;
  constructor(request: FastifyRequest) {
    this.#request = request;
  }
  get address() {
    return this.#request.ip;
  }
  get userAgent() {
    return this.#request.headers['user-agent']?.slice(0, 500) ?? null;
  }
  get requestId() {
    return this.#request.id;
  }
}

export function mount(app: FastifyInstance, { routes }: Feature) {
  for (const route of Object.values(routes)) {
    if (route.encoding === 'form') {
      app.register(async (scope) => {
        forms(scope);
        add(scope, route);
      });
    } else add(app, route);
  }
}

function add(app: FastifyInstance, route: Route) {
  const {
    method,
    path,
    allow,
    query,
    body,
    answer,
    status = 200,
    variant,
    html,
    headers,
    retell,
    run,
  } = route;
  const params = paramsOf(route);
  const schema: FastifySchema = {
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    response: { [status]: answer, ...(variant && { [variant.status]: answer }) },
  };
  app.route({
    method,
    url: path,
    config: {
      allow,
      ...(route.limited === false && { limited: false }),
      ...(retell && { retell }),
    },
    schema,
    async handler(request, reply) {
      const result = await run(request as unknown as AnyCall);
      reply.code(variant?.when(result as never) ? variant.status : status);
      if (headers) reply.headers(headers(result as never));
      if (html) return reply.type('text/html; charset=utf-8').send(html(result as never));
      return status === 204 ? reply.send() : result;
    },
  });
}

type AnyCall = Parameters<Route['run']>[0];
