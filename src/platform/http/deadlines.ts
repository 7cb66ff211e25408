/** How long an answer may take. Past that, or where nobody waits for it any more, its work is ended. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { TimedOut } from '#kernel/problem.ts';
import { answerProblem } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether its time is over or its client has left: nothing more is begun for it. */
    gone: boolean;
  }
}

export type DeadlineSettings = { readonly REQUEST_TIMEOUT_SECONDS: number };

/** How often it is looked what takes long; oftener where the time is short. */
const usuallyLookedMs = 1_000;
const looksAtLeast = 10;
/** What cannot be cancelled is answered without its end, so many looks later. */
const patience = 2;

/** Methods whose handlers wait for no body: one that is announced and never sent buys no time. */
const bodyless = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What is said of work that has not ended: it may still be kept. */
const unknownEnd =
  'It took too long, and whether it was done is not known: ask, or send it again under its Idempotency-Key';

/**
 * Looks now and then at the requests under way: one that is answered between two looks costs nothing
 * but its place in a list. A request that is still arriving has a limit of its own.
 *
 * The end of the work is the answer: a statement that is cancelled fails, its transaction is rolled
 * back, and the caller is told so by a 503. Of what cannot be ended, another 503 says that nobody knows.
 *
 * @param abandon cancels what runs for requests that are gone
 * @returns the answer to a whole request that is due on a socket
 */
export function deadlines(
  app: FastifyInstance,
  { REQUEST_TIMEOUT_SECONDS }: DeadlineSettings,
  abandon: () => void,
) {
  const timeoutMs = REQUEST_TIMEOUT_SECONDS * 1000;
  const everyMs = Math.min(usuallyLookedMs, timeoutMs / looksAtLeast);
  const maxLooks = Math.ceil(timeoutMs / everyMs);
  /** How often each was found unanswered. */
  const underWay = new Map<FastifyReply, number>();

  function look() {
    for (const [reply, looks] of underWay) {
      const { request, raw } = reply;
      const left = request.raw.socket.destroyed;
      if (raw.headersSent) {
        if (left) underWay.delete(reply); // nothing tells of its end
        continue;
      }
      if (left) request.gone = true;
      if (!left && request.raw.complete === false && !bodyless.has(request.method)) continue;
      underWay.set(reply, looks + 1);
      if (looks >= maxLooks) request.gone = true;
      if (looks >= maxLooks + patience) answerProblem(TimedOut(unknownEnd), request, reply);
    }
    abandon();
  }

  app.decorateRequest('gone', false);
  app.addHook('onRequest', (_request, reply, done) => {
    underWay.set(reply, 0);
    done();
  });
  app.addHook('onResponse', (_request, reply, done) => {
    underWay.delete(reply);
    done();
  });
  const timer = setInterval(look, everyMs).unref();
  app.addHook('preClose', (done) => {
    // Fastify says it to those that come from now on.
    for (const reply of underWay.keys()) {
      if (!reply.raw.headersSent) reply.header('connection', 'close');
    }
    done();
  });
  app.addHook('onClose', async () => clearInterval(timer));

  return (socket: Socket): ServerResponse | undefined => {
    for (const { request, raw } of underWay.keys()) {
      if (request.raw.socket === socket && request.raw.complete) return raw;
    }
    return undefined;
  };
}
