/** Puts the house together: the only file that knows both the platform and the features. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { openReplays } from '#features/idempotency/service.ts';
import type { Feature } from '#kernel/feature.ts';
import type { Job } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import type { Permission } from '#kernel/principal.ts';
import { contracts } from '#platform/http/contract.ts';
import { docs } from '#platform/http/docs.ts';
import { guard } from '#platform/http/guard.ts';
import { calls, mount } from '#platform/http/mount.ts';
import { describeApi } from '#platform/http/openapi.ts';
import { replaying } from '#platform/http/replaying.ts';
import { openServer } from '#platform/http/server.ts';
import { requestLimits } from '#platform/limits/requests.ts';
import { metrics } from '#platform/telemetry/metrics.ts';
import type { Config } from './config.ts';
import registry from './features.ts';

/** What every signed-in user may do. */
export const userPermissions: ReadonlySet<Permission> = new Set(
  registry.flatMap(({ permissions = [] }) => permissions),
);

/** What the features do after requests, or on a schedule. */
export const registeredJobs: readonly Job[] = registry.flatMap(({ jobs = [] }) => jobs);

/** The description of the API (OpenAPI 3.1); the same for every configuration but its name. */
export const describe = (name: string, version: string) => describeApi(registry, { name, version });

/** @returns the server, with every route and not yet listening */
export async function build(
  config: Config,
  ports: Ports,
  log: FastifyBaseLogger,
  features: readonly Feature[] = registry,
): Promise<FastifyInstance> {
  const app = await openServer(config, log, ports.database.abandon);
  guard(app, {
    permissions: declaredBy(features),
    authenticators: features.flatMap(({ authenticate }) => authenticate?.(ports) ?? []),
    limits: requestLimits(config, ports.limits),
  });
  calls(app, ports);
  const mounting = {
    contractOf: contracts(features),
    replay: replaying(ports, openReplays(ports.keyFor('idempotency'))),
    isMatchRequired: config.IF_MATCH_REQUIRED,
  };
  for (const feature of features) mount(app, feature, mounting);
  metrics(app, ports);
  docs(app, describeApi(features, { name: config.PROJECT_NAME, version: ports.version }));
  await app.ready();
  return app;
}

/** Every permission there is; a route may demand no other. */
function declaredBy(features: readonly Feature[]): ReadonlySet<Permission> {
  return new Set(
    features.flatMap(({ permissions = [], superuserPermissions = [] }) => [
      ...permissions,
      ...superuserPermissions,
    ]),
  );
}
