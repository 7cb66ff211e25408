/** More than the process can do: refused at the door, before all who are let in wait longer and longer. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { Overloaded } from '#kernel/problem.ts';

export type OverloadSettings = { readonly OVERLOAD_EVENT_LOOP_DELAY_MS: number };

const resolutionMs = 10;
const sampleMs = 500;
/** One long task, such as the start itself, is forgiven: it has to go on. */
const lateSamples = 2;

/**
 * Answers 503 while the event loop is later than the setting, on average over each of the last samples.
 * What load balancers ask all the time is answered: a process that is busy lives.
 */
export function overload(
  app: FastifyInstance,
  { OVERLOAD_EVENT_LOOP_DELAY_MS: maxDelayMs }: OverloadSettings,
) {
  if (maxDelayMs === 0) return;
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let late = 0;
  const timer = setInterval(() => {
    if (delays.count === 0) return;
    late = delays.mean / 1e6 - resolutionMs > maxDelayMs ? late + 1 : 0;
    delays.reset();
  }, sampleMs).unref();

  app.addHook('onRequest', (request, _reply, done) => {
    if (late < lateSamples || request.routeOptions.config.limited === false) return done();
    done(Overloaded());
  });
  app.addHook('onClose', async () => {
    clearInterval(timer);
    delays.disable();
  });
}
