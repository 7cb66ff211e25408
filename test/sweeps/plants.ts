/** Plants rows of every feature for every tenant, through the routes that make them. */
import { password } from '#test/harness.ts';
import type { Harness } from '../harness.ts';
import type { Tenant } from './cast.ts';
import { bodyOf, lineOf, paramsIn, type Swept } from './routes.ts';
import { idsIn } from './samples.ts';

/** What a tenant sent with the request that made a row; the second has another. */
export const idempotencyKey = ({ canary }: Tenant, { operation }: Swept) =>
  `${operation}-of-${canary}`;

/** What makes a tenant, and not a row of one. */
const makesTenant = /\/(users|organizations)\/?$/;

const makers = (routes: readonly Swept[]) =>
  routes.filter(
    (route) =>
      route.method === 'POST' &&
      route.body &&
      route.allow !== 'public' &&
      !makesTenant.test(route.path) &&
      paramsIn(route).every((name) => name === 'organization_id' || name === 'user_id'),
  );

const isOfOrganizations = (route: Swept) =>
  paramsIn(route).includes('organization_id') || takesOrganization(route);
const takesOrganization = ({ body }: Swept) =>
  idsIn(body).some(({ name }) => name === 'organization_id');

/** Two rows of all that can be made, so that lists have a next page. */
export async function plant(
  { call, pool }: Harness,
  routes: readonly Swept[],
  tenants: readonly Tenant[],
) {
  for (const route of makers(routes)) {
    for (const tenant of tenants) {
      if (tenant.isOrganization ? !isOfOrganizations(route) : /:organization_id/.test(route.path)) {
        continue;
      }
      const line = lineOf(route, { organization_id: tenant.id, user_id: tenant.by.id });
      for (const nth of [1, 2]) {
        const { body, more } = bodyOf(route, tenant.canary, {
          organization_id: tenant.isOrganization ? tenant.id : undefined,
          password,
        });
        const headers = { 'idempotency-key': `${idempotencyKey(tenant, route)}-${nth}` };
        await call(tenant.by, line, body, { headers: { ...headers, ...more?.headers } });
      }
    }
  }
  // By their names people know each other.
  await pool.query('update plinth.users set full_name = email');
  for (const { by, isOrganization } of tenants) {
    if (isOrganization) continue;
    await call(undefined, 'POST /api/v1/auth/forgot-password', { email: by.email });
  }
}
