/** GET /metrics: what the process counts, as Prometheus reads it. */
import type { FastifyInstance } from 'fastify';
import type { Ports } from '#kernel/ports.ts';
import { system } from '#kernel/principal.ts';
import { jobMetrics } from './jobs.ts';

/**
 * Serves the metrics to who may `metrics:read`. The library is loaded, and starts to watch the
 * process, when it is asked for the first time; what requests count are plain numbers until then.
 */
export function metrics(app: FastifyInstance, ports: Ports) {
  let registry: ReturnType<typeof openRegistry> | undefined;
  app.get('/metrics', { config: { allow: 'metrics:read' } }, async (_request, reply) => {
    registry ??= openRegistry(ports);
    const { contentType, text } = await registry;
    return reply.type(contentType).send(await text());
  });
}

async function openRegistry({ limits, jobs, database }: Ports) {
  const library = await import('prom-client');
  const { collectDefaultMetrics, Counter, Gauge, Registry } = library;
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Counter({
    name: 'plinth_requests_refused_total',
    help: 'Requests that a limit refused.',
    labelNames: ['policy'],
    registers,
    collect() {
      this.reset();
      for (const [policy, count] of limits.refused) this.inc({ policy }, count);
    },
  });
  new Counter({
    name: 'plinth_limit_store_outages_total',
    help: 'How often the store of the limits went away.',
    registers,
    collect() {
      this.reset();
      this.inc(limits.outages());
    },
  });
  new Gauge({
    name: 'plinth_limit_store_up',
    help: '1 while limits are counted in their store, 0 while each process counts for itself.',
    labelNames: ['store'],
    registers,
    collect() {
      this.set({ store: limits.store }, limits.isWell() ? 1 : 0);
    },
  });
  jobMetrics(library, registry, jobs, database.as(system));
  return { contentType: registry.contentType, text: () => registry.metrics() };
}
