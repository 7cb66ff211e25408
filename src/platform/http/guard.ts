/** Who may call: every route says it, everybody is asked, and what does not say stops the boot. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '#kernel/feature.ts';
import type { LimitPolicy } from '#kernel/limits.ts';
import { type Allow, anonymous, may, type Permission, type Principal } from '#kernel/principal.ts';
import {
  Forbidden,
  Internal,
  Malformed,
  type ProblemBody,
  Unauthenticated,
} from '#kernel/problem.ts';
import type { RequestLimits } from '../limits/requests.ts';
import { identifier } from './credentials.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call. A route without it is refused at boot. */
    allow?: Allow;
    /** False for what load balancers ask all the time; the policy of its own, where it has one. */
    limited?: false | LimitPolicy;
    /** Other words for its problems. */
    retell?: (problem: ProblemBody) => object;
  }
  interface FastifyRequest {
    /** Who the guard found to be calling. */
    identified: Principal | null;
    readonly principal: Principal;
  }
}

export type GuardOptions = {
  readonly authenticators: readonly Authenticator[];
  /** Every permission a feature declares; a route may demand no other. */
  readonly permissions: ReadonlySet<Permission>;
  readonly limits: RequestLimits;
};

export function guard(app: FastifyInstance, options: GuardOptions) {
  const { authenticators, permissions, limits } = options;
  const identify = identifier(authenticators);
  // Whatever answers before the guard has looked, a preflight for one, answers nobody.
  app.decorateRequest('identified', null);
  app.decorateRequest('principal', {
    getter(this: FastifyRequest) {
      return this.identified ?? anonymous;
    },
  });

  app.addHook('onRoute', ({ method, url, config, schema }) => {
    const allow = config?.allow;
    const open = (part: unknown) =>
      part !== undefined &&
      (part as { additionalProperties?: boolean }).additionalProperties !== false;
    if (!allow) throw new Error(`${method} ${url} does not say who may call it`);
    if (allow !== 'public' && allow !== 'signed-in' && !permissions.has(allow)) {
      throw new Error(`${method} ${url} demands ${allow}, which no feature declares`);
    }
    if (open(schema?.body))
      throw new Error(`${method} ${url} has an open body; use Input or Change`);
    if (open(schema?.querystring)) throw new Error(`${method} ${url} has an open query; use Query`);
  });

  app.addHook('onRequest', async (request, reply) => {
    if (request.url.includes('%00')) throw Malformed('The address holds a NUL character');
    const { allow, limited } = request.routeOptions.config;
    const open = request.is404 || allow === 'public';
    // What load balancers ask is answered whoever asks, and asks nobody who that is.
    if (open && limited === false) return;
    // Who may come in unknown is not kept out because of what they carry beside.
    const principal = await identify(request).catch(async (error) => {
      if (open) return undefined;
      if (limited !== false) await limit(limits, anonymous, request, reply, limited);
      throw error;
    });
    if (principal) request.identified = principal;
    if (limited !== false) {
      await limit(limits, principal ?? anonymous, request, reply, limited);
    }
    if (open) return;
    if (!allow) throw Internal('unguarded route'); // closed, should onRoute ever be passed by
    if (!principal) throw unauthenticated(request);
    if (allow === 'signed-in') {
      if (principal.kind === 'api_key')
        throw Forbidden('It needs a person who signed in, not a key');
    } else if (!may(principal, allow)) throw Forbidden(`It needs ${allow}`);
  });

  app.addHook('onClose', async () => {
    for (const { close } of authenticators) await close?.();
  });
}

async function limit(
  limits: RequestLimits,
  principal: Principal,
  request: FastifyRequest,
  reply: FastifyReply,
  named: LimitPolicy | undefined,
) {
  const counted = await limits.count(principal, request, named);
  if (counted) reply.header('ratelimit-policy', counted.policy).header('ratelimit', counted.left);
}

/** RFC 6750, section 3: a client that sent a token learns that it was the token. */
function unauthenticated({ headers }: FastifyRequest) {
  const { authorization, 'x-api-key': key } = headers;
  const [detail, challenge] = authorization
    ? ['The token is not valid, or not any more', 'Bearer error="invalid_token"']
    : [key ? 'The API key is not valid, or not any more' : undefined, 'Bearer'];
  return Unauthenticated(detail, { headers: { 'www-authenticate': challenge } });
}
