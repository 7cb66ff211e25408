/** One line for each answer: who asked for what, and what came of it. No query, no header, no body. */
import {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';

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
