/** The HTTP server before it has routes: how requests are read, named, refused and logged. */
import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';

import { Malformed, type ProblemKind, problem } from '#kernel/problem.ts';
import { AccessLog } from './access-log.ts';
import { answers } from './answers.ts';
import { bodies, bodyLimit } from './bodies.ts';
import { answerHeaders, type HeaderSettings, requestId } from './headers.ts';
import { answerProblem, problems } from './problems.ts';
import { routing } from './routing.ts';
import { validation } from './validation.ts';

export type ServerSettings = HeaderSettings & {
  readonly CORS_ORIGINS: readonly string[];
  readonly TRUSTED_PROXIES: readonly string[];
};

/** A request that has not arrived by then ends with 408: nobody holds a connection open by being slow. */
const requestTimeoutMs = 60_000;

export async function openServer(
  settings: ServerSettings,
  log: FastifyBaseLogger,
): Promise<FastifyInstance> {
  const setHeaders = answerHeaders(settings);
  const app = fastify({
    loggerInstance: log,
    logController: new AccessLog(log),
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    routerOptions: routing,
    trustProxy: settings.TRUSTED_PROXIES.length > 0 ? [...settings.TRUSTED_PROXIES] : false,
    genReqId: (request) => requestId(request.headers['x-request-id']),
    // While it drains, a connection that is open is still served, and then closed.
    return503OnClosing: false,
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error, request, reply) => {
      setHeaders(request, reply);
      answerProblem(Malformed('The address cannot be read', { cause: error }), request, reply);
    },
  });
  app.addHook('onRequest', (request, reply, done) => {
    setHeaders(request, reply);
    done();
  });
  problems(app);
  bodies(app);
  validation(app);
  answers(app);
  if (settings.CORS_ORIGINS.length > 0) {
    await app.register(cors, {
      origin: [...settings.CORS_ORIGINS],
      credentials: true,
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', 'traceparent', 'x-api-key', 'x-request-id'],
      exposedHeaders: [
        'etag',
        'x-request-id',
        'ratelimit',
        'ratelimit-policy',
        'retry-after',
        'set-auth-token',
      ],
      maxAge: 600,
    });
  }
  return app;
}

const HeadersTooLarge = problem(431, 'headers_too_large', 'The headers are too large');
const TooSlow = problem(408, 'timeout', 'The request did not arrive in time');
const unreadable: Record<string, ProblemKind> = {
  HPE_HEADER_OVERFLOW: HeadersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: TooSlow,
};

/** What is no HTTP has no request to answer: the problem goes to the socket as it is. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
  const refusal = (unreadable[error.code ?? ''] ?? Malformed)();
  const id = requestId(undefined);
  const body = JSON.stringify(refusal.body(id));
  const { status, title } = refusal.kind;
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nx-request-id: ${id}\r\nconnection: close\r\n\r\n${body}`,
  );
}
