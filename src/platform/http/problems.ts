/** The only place where an error becomes an answer. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type FieldError,
  Internal,
  Invalid,
  Malformed,
  MethodNotAllowed,
  NotFound,
  Problem,
  TooLarge,
  UnsupportedMedia,
} from '#kernel/problem.ts';
import { databaseProblem } from '../db/failure.ts';
import type { AllowedAt } from './methods.ts';

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

/** A body of a megabyte may be wrong in more ways than anybody reads. */
const maxTold = 50;

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
    const broken = telling(error.validation);
    const errors = broken.slice(0, maxTold).map((one) => fieldError(one, error.validationContext));
    const [first] = errors;
    const sentence = first && `${first.loc.join('.')} ${first.msg}`;
    const others = broken.length > 1 ? `, and ${broken.length - 1} more` : '';
    return Invalid(`${sentence}${others}`, { errors });
  }
  const refuse = error.code?.startsWith('FST_') && refusals[error.statusCode ?? 500];
  if (refuse) return refuse(error.message);
  return databaseProblem(error) ?? Internal(undefined, { cause: error });
}

/**
 * Of a value that fits none of its alternatives, what the validator says of each alternative: that it
 * is not null, nor this word, nor that one, goes without saying if one of them says more.
 */
function telling(failures: readonly ValidationFailure[]): readonly ValidationFailure[] {
  const some = failures.filter(({ keyword, schemaPath, params }) => {
    const ofAlternative = /\/anyOf\/\d+\//.test(schemaPath);
    return (
      keyword !== 'anyOf' && !(ofAlternative && (params.type === 'null' || keyword === 'const'))
    );
  });
  return some.length > 0 ? some : failures;
}

const places: Record<string, string> = { querystring: 'query', params: 'path' };

function fieldError(
  { instancePath, params, message = 'is not valid', keyword }: ValidationFailure,
  context = 'body',
): FieldError {
  const { missingProperty, additionalProperty } = params as Record<string, string | undefined>;
  const way = instancePath.split('/').slice(1).map(unescapePointer);
  const last = missingProperty ?? additionalProperty;
  const msg = missingProperty ? 'is required' : additionalProperty ? 'is not known here' : message;
  return { loc: [places[context] ?? context, ...way, ...(last ? [last] : [])], msg, type: keyword };
}

type ValidationFailure = NonNullable<FastifyError['validation']>[number];

/** RFC 6901: `~1` is `/` and `~0` is `~`; digits are positions in an array. */
function unescapePointer(part: string) {
  return /^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~');
}
