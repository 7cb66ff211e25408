/** The only place where an error becomes an answer. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  Internal,
  Malformed,
  MethodNotAllowed,
  NotFound,
  Problem,
  TooLarge,
  UnsupportedMedia,
} from '#kernel/problem.ts';
import { databaseProblem } from '../db/failure.ts';
import type { AllowedAt } from './methods.ts';
import { misfit } from './misfit.ts';

export function problems(app: FastifyInstance, allowed: AllowedAt) {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    answerProblem(toProblem(error), request, reply);
  });

  const refusal = ({ method, url }: FastifyRequest) => {
    const allow = allowed(url);
    return allow
      ? MethodNotAllowed(`${method} is not possible here; ${allow} is`, { headers: { allow } })
      : NotFound('No such route');
  };
  app.setNotFoundHandler((request, reply) => answerProblem(refusal(request), request, reply));
  // Before a body is read that nobody takes: its type would be refused first, and that of QUERY missed.
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    if (request.is404) done(refusal(request));
    else done();
  });
}

/** What RFC 9110 wants beside a status, where the problem itself does not say it. */
const usualHeaders: Record<number, Record<string, string>> = {
  401: { 'www-authenticate': 'Bearer' },
  503: { 'retry-after': '1' },
};

/** Sends a problem, and logs what is our own fault. */
export function answerProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply) {
  const { status } = problem.kind;
  if (status === 500) request.log.error({ err: problem.cause ?? problem }, 'request failed');
  else if (status > 500) request.log.warn({ err: problem.cause ?? problem }, problem.message);
  reply.headers({ ...usualHeaders[status], ...problem.headers });
  const body = problem.body(request.id);
  const retell = request.routeOptions?.config?.retell;
  return reply
    .code(status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(retell ? retell(body) : body);
}

/** What Fastify refuses by itself, in our words. */
const refusals: Record<number, (detail: string) => Problem> = {
  400: Malformed,
  404: NotFound,
  413: TooLarge,
  415: UnsupportedMedia,
};

function toProblem(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  if (error.validation) {
    const context = error.validationContext ?? 'body';
    return misfit(error.validation, [places[context] ?? context]);
  }
  const refuse = error.code?.startsWith('FST_') && refusals[error.statusCode ?? 500];
  if (refuse) return refuse(error.message);
  return databaseProblem(error) ?? Internal(undefined, { cause: error });
}

const places: Record<string, string> = { querystring: 'query', params: 'path' };
