/** Routes as data become routes of the server. */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import type { Client } from '#kernel/client.ts';
import type { Db } from '#kernel/db.ts';
import type { Feature } from '#kernel/feature.ts';
import type { Ports } from '#kernel/ports.ts';
import { PreconditionRequired } from '#kernel/problem.ts';
import type { Route } from '#kernel/route.ts';
import { answering, send } from './answering.ts';
import { forms, unread } from './bodies.ts';
import { refuseUntold, versionsIn } from './conditions.ts';
import type { Contract } from './contract.ts';
import { paramsOf } from './documentation.ts';
import type { replaying } from './replaying.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** It changes or removes what has editions. */
    isConditional?: true;
  }
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
  get gone() {
    return this.#request.gone;
  }
  get ifMatch() {
    const { headers, routeOptions } = this.#request;
    return routeOptions.config.isConditional ? versionsIn(headers['if-match']) : undefined;
  }
}

/** What routes are mounted with. */
export type Mounting = {
  readonly contractOf: (route: Route) => Contract;
  readonly replay: ReturnType<typeof replaying>;
  /** Nobody changes what they have not seen. */
  readonly isMatchRequired: boolean;
};

export function mount(app: FastifyInstance, { routes }: Feature, mounting: Mounting) {
  for (const route of Object.values(routes)) {
    const take = route.encoding && { form: forms, unread }[route.encoding];
    if (take) {
      app.register(async (scope) => {
        take(scope);
        add(scope, route, mounting);
      });
    } else add(app, route, mounting);
  }
}

function add(app: FastifyInstance, route: Route, mounting: Mounting) {
  const { method, path, allow, query, body, answer, status = 200, variant, retell, run } = route;
  const { contractOf, replay, isMatchRequired } = mounting;
  const contract = contractOf(route);
  const answerOf = answering(route, contract);
  const params = paramsOf(route);
  const schema: FastifySchema = {
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    response: { [status]: answer, ...(variant && { [variant.status]: answer }) },
  };

  async function handle(request: FastifyRequest, reply: FastifyReply) {
    return send(reply, answerOf(request, reply, await run(request as unknown as AnyCall)));
  }

  /** The same in the transaction that keeps the answer. */
  async function handleOnce(request: FastifyRequest, reply: FastifyReply) {
    const { principal, ports, params, query, body } = request;
    const given = await replay(request, async (db) => {
      const call = { db, principal, ports, params, query, body } as AnyCall;
      return answerOf(request, reply, await run(call));
    });
    return send(reply, given);
  }

  const { isConditional, isChange } = contract;
  const mustSee = isConditional && isMatchRequired;

  /** The same of a change, under the conditions it comes with. */
  async function handleChange(request: FastifyRequest, reply: FastifyReply) {
    if (mustSee && request.headers['if-match'] === undefined) throw PreconditionRequired();
    refuseUntold(request.headers, isConditional);
    return handle(request, reply);
  }

  app.route({
    method,
    url: path,
    config: {
      allow,
      ...(isConditional && { isConditional }),
      ...(route.limited !== undefined && { limited: route.limited }),
      ...(retell && { retell }),
    },
    schema,
    handler: route.creates ? handleOnce : isChange ? handleChange : handle,
  });
}

type AnyCall = Parameters<Route['run']>[0];
