/** Over all routes: whoever saw an older edition changes nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { organizationOf } from '#features/organizations/organization.fixture.ts';
import { contracts } from '#platform/http/contract.ts';
import features from '../../src/features.ts';
import { harness } from '../harness.ts';
import { routesOf } from './routes.ts';

const server = await harness();
const { call, caller } = server;

/** A resource of each kind that can be changed, as whoever may change it sees it. */
async function resources(): Promise<Readonly<Record<string, readonly [string, string, object]>>> {
  const who = `owner-${crypto.randomUUID()}`;
  const organization = await organizationOf(server, {
    [who]: 'owner',
    carol: 'owner',
    bob: 'member',
  });
  const bob = (await caller('bob')).id;
  const created = async (line: string, body: object) =>
    (await call(who, `POST ${line}`, body)).body.id;
  const key = await created('/api/v1/api-keys', { name: 'a', permissions: { items: ['read'] } });
  const item = await created('/api/v1/items/', { title: 'a' });
  const task = await created('/api/v1/tasks', { title: 'a' });
  const { id } = await caller(who);
  return {
    '/api/v1/api-keys/:id': [who, `/api/v1/api-keys/${key}`, { name: 'b' }],
    '/api/v1/items/:id': [who, `/api/v1/items/${item}`, { title: 'b' }],
    '/api/v1/tasks/:id': [who, `/api/v1/tasks/${task}`, { title: 'b' }],
    '/api/v1/tasks/:id/complete': [who, `/api/v1/tasks/${task}`, {}],
    '/api/:user_id/tasks/:id': [who, `/api/${id}/tasks/${task}`, { title: 'b' }],
    '/api/:user_id/tasks/:id/complete': [who, `/api/${id}/tasks/${task}`, {}],
    '/api/v1/organizations/:organization_id': [
      who,
      `/api/v1/organizations/${organization}`,
      { name: 'b' },
    ],
    '/api/v1/organizations/:organization_id/members/:user_id': [
      who,
      `/api/v1/organizations/${organization}/members/${bob}`,
      { role: 'admin' },
    ],
    '/api/v1/users/me': [who, '/api/v1/users/me', { full_name: 'b' }],
    '/api/v1/users/:id': ['root', `/api/v1/users/${id}`, { full_name: 'b' }],
  };
}

const routes = routesOf(features);
const contractOf = contracts(features);

for (const route of routes.filter((route) => contractOf(route).isConditional)) {
  test(`${route.operation} changes no edition but the one that was seen`, async () => {
    const resource = (await resources())[route.path];
    assert.ok(resource, `no ${route.path} is made here`);
    const [as, path, body] = resource;
    const { headers } = await call(as, `GET ${path}`);
    const last = route.path.endsWith('/complete') ? '/complete' : '';
    const input = route.body ? body : undefined;
    const send = (tag: string) =>
      call(as, `${route.method} ${path}${last}`, input, { headers: { 'if-match': tag } });
    const stale = await send('"99-x"');
    assert.deepEqual([stale.status, stale.body.code], [412, 'precondition_failed']);
    assert.equal((await call(as, `GET ${path}`)).headers.etag, headers.etag);
    const { status, body: said } = await send(String(headers.etag));
    assert.ok(status < 300, JSON.stringify(said));
    if (status === 200 && route.method !== 'DELETE') {
      assert.notEqual((await call(as, `GET ${path}`)).headers.etag, headers.etag);
    }
  });
}

test('every single resource that has an id has editions', () => {
  const single = routes.filter(({ method, answer }) => {
    const { properties = {} } = answer as { properties?: object };
    return method === 'GET' && 'id' in properties && 'created_at' in properties;
  });
  assert.ok(single.length > 5);
  for (const route of single) assert.equal(contractOf(route).isVersioned, true, route.operation);
});
