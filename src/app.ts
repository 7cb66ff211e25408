/** Puts the house together: the only file that knows both the platform and the features. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Feature } from '#kernel/feature.ts';
import type { Ports } from '#kernel/ports.ts';
import type { Permission } from '#kernel/principal.ts';
import { docs } from '#platform/http/docs.ts';
import { guard } from '#platform/http/guard.ts';
import { calls, mount } from '#platform/http/mount.ts';
import { describeApi } from '#platform/http/openapi.ts';
import { openServer } from '#platform/http/server.ts';
import { requestLimits } from '#platform/limits/requests.ts';
import type { Config } from './config.ts';
import registry from './features.ts';

/** What every signed-in user may do. */
export const userPermissions: ReadonlySet<Permission> = new Set(
  registry.flatMap(({ permissions = [] }) => permissions),
);

/** The description of the API (OpenAPI 3.1); the same for every configuration but its name. */
export const describe = (name: string, version: string) => describeApi(registry, { name, version });

/** @returns the server, with every route and not yet listening */
export async function build(
  config: Config,
  ports: Ports,
  log: FastifyBaseLogger,
  features: readonly Feature[] = registry,
): Promise<FastifyInstance> {
  const app = await openServer(config, log);
  const { RATE_LIMIT_ENABLED, RATE_LIMIT_REQUESTS_PER_MINUTE } = config;
  guard(app, {
    permissions: declaredBy(features),
    authenticators: features.flatMap(({ authenticate }) => authenticate?.(ports) ?? []),
    limits: requestLimits(RATE_LIMIT_ENABLED ? RATE_LIMIT_REQUESTS_PER_MINUTE : undefined),
  });
  calls(app, ports);
  for (const feature of features) mount(app, feature);
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
