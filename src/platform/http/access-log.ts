/** What is logged of requests: a line for each answer, and a log of its own for what goes wrong in one. */
import {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';

/** One line for each answer: who asked for what, and what came of it. No query, no header, no body. */
export class AccessLog extends LogController {
  readonly #lines: FastifyBaseLogger;

  constructor(log: FastifyBaseLogger) {
    super({ requestIdLogLabel: 'request_id' });
    // Every field of the line is named below, so nothing in it has to be searched for secrets.
    this.#lines = log.child({}, { redact: [] });
  }

  override incomingRequest() {}

  override requestCompleted(error: Error | null, request: FastifyRequest, reply: FastifyReply) {
    const { principal, url, method } = request;
    const query = url.indexOf('?');
    // An address in a path is nobody's business but its owner's.
    const { url: pattern = '' } = request.routeOptions;
    const path = query === -1 ? url : url.slice(0, query);
    this.#lines.info(
      {
        request_id: request.id,
        method,
        path: pattern.includes(':email') ? pattern : path,
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 100) / 100,
        ...(principal.kind !== 'anonymous' && { user_id: principal.userId }),
        ...(error && { err: error }),
      },
      'request',
    );
  }
}

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type Level = (typeof levels)[number];

/** Made when something is written: most requests have nothing to say but the line above. */
class RequestLog {
  readonly level: string;
  readonly #make: () => FastifyBaseLogger;
  #made: FastifyBaseLogger | undefined;

  constructor(log: FastifyBaseLogger, bindings: Bindings) {
    this.level = log.level;
    this.#make = () => log.child(bindings);
  }

  get made(): FastifyBaseLogger {
    this.#made ??= this.#make();
    return this.#made;
  }

  child(bindings: Bindings) {
    return this.made.child(bindings);
  }
}

for (const level of levels) {
  Object.defineProperty(RequestLog.prototype, level, {
    value(this: RequestLog, ...line: Parameters<FastifyBaseLogger[Level]>) {
      this.made[level](...line);
    },
  });
}

type Bindings = Parameters<FastifyBaseLogger['child']>[0];

/** The log of one request, which names it in every line. */
export const requestLog = (log: FastifyBaseLogger, bindings: Bindings): FastifyBaseLogger =>
  new RequestLog(log, bindings) as unknown as FastifyBaseLogger;
