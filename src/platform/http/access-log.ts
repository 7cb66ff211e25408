/** One line for each answer: who asked for what, and what came of it. No query, no header, no body. */
import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

export class AccessLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'request_id' });
  }

  override incomingRequest() {}

  override requestCompleted(error: Error | null, request: FastifyRequest, reply: FastifyReply) {
    const { principal, url, method } = request;
    const query = url.indexOf('?');
    request.log.info(
      {
        method,
        path: query === -1 ? url : url.slice(0, query),
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 100) / 100,
        ...(principal.kind !== 'anonymous' && { user_id: principal.userId }),
        ...(error && { err: error }),
      },
      'request',
    );
  }
}
