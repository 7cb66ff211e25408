/** The HTTP server before it has routes: how requests are read, named, refused and logged. */
import cors from '@fastify/cors';
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';

import { Malformed } from '#kernel/problem.ts';
import { AccessLog, requestLog } from './access-log.ts';
import { answers } from './answers.ts';
import { bodies } from './bodies.ts';
import { compression } from './compression.ts';
import { type DeadlineSettings, deadlines } from './deadlines.ts';
import { answerHeaders, type HeaderSettings, requestId, securityHeaders } from './headers.ts';
import { methodsAt, options } from './methods.ts';
import { type OverloadSettings, overload } from './overload.ts';
import { answerProblem, problems } from './problems.ts';
import { routing } from './routing.ts';
import { heads, refusing, type SocketSettings, socketOptions, unusual } from './sockets.ts';
import { validation } from './validation.ts';

export type ServerSettings = HeaderSettings &
  SocketSettings &
  DeadlineSettings &
  OverloadSettings & {
    readonly BODY_LIMIT_BYTES: number;
    readonly CORS_ORIGINS: readonly string[];
    readonly TRUSTED_PROXIES: readonly string[];
  };

/** @param abandon cancels what the database runs for requests that are gone */
export async function openServer(
  settings: ServerSettings,
  log: FastifyBaseLogger,
  abandon: () => void,
): Promise<FastifyInstance> {
  const always = securityHeaders(settings);
  let dueOn: ReturnType<typeof deadlines>;
  const setHeaders = answerHeaders(always);
  const app = fastify({
    loggerInstance: log,
    logController: new AccessLog(log),
    childLoggerFactory: (log, bindings) => requestLog(log, bindings),
    ...socketOptions(settings),
    bodyLimit: settings.BODY_LIMIT_BYTES,
    routerOptions: routing,
    trustProxy: settings.TRUSTED_PROXIES.length > 0 ? [...settings.TRUSTED_PROXIES] : false,
    genReqId: (request) => requestId(request.headers['x-request-id']),
    // While it drains, a connection that is open is still served, and then closed.
    return503OnClosing: false,
    clientErrorHandler: refusing(always, (socket) => dueOn(socket)),
    frameworkErrors: (error, request, reply) => {
      setHeaders(request, reply);
      answerProblem(Malformed('The address cannot be read', { cause: error }), request, reply);
    },
  });
  app.addHook('onRequest', (request, reply, done) => {
    setHeaders(request, reply);
    done();
  });
  const allowed = methodsAt(app);
  dueOn = deadlines(app, settings, abandon);
  unusual(app, always);
  heads(app);
  overload(app, settings);
  options(app, allowed, settings.CORS_ORIGINS);
  problems(app, allowed);
  bodies(app);
  validation(app);
  answers(app);
  await compression(app);
  if (settings.CORS_ORIGINS.length > 0) {
    await app.register(cors, {
      origin: [...settings.CORS_ORIGINS],
      credentials: true,
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: [
        'authorization',
        'content-type',
        'idempotency-key',
        'if-match',
        'if-modified-since',
        'if-none-match',
        'prefer',
        'traceparent',
        'x-api-key',
        'x-request-id',
      ],
      exposedHeaders: [
        'etag',
        'idempotency-replayed',
        'last-modified',
        'location',
        'preference-applied',
        'ratelimit',
        'ratelimit-policy',
        'retry-after',
        'set-auth-token',
        'www-authenticate',
        'x-request-id',
      ],
      maxAge: 600,
    });
  }
  return app;
}
