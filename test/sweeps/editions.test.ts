/** Over all routes: whoever saw an older edition changes nothing. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { contracts } from '#platform/http/contract.ts';
import features from '../../src/features.ts';
import { harness } from '../harness.ts';
import { requesting } from './requests.ts';
import { routesOf, type Swept } from './routes.ts';

const server = await harness();
const { call } = server;
const routes = routesOf(features);
const contractOf = contracts(features);
const request = requesting(server, routes);

/** How much of the path is that of the resource: a change may stand below what it changes. */
function depthOf({ path }: Swept): number {
  const resources = routes.filter(
    (route) =>
      route.method === 'GET' &&
      contractOf(route).isVersioned &&
      `${path}/`.startsWith(`${route.path}/`),
  );
  return Math.max(...resources.map((resource) => resource.path.split('/').length));
}

for (const route of routes.filter((route) => contractOf(route).isConditional)) {
  test(`${route.operation} changes no edition but the one that was seen`, async () => {
    const { as, url, body, headers: sent } = await request(route, `owner-${randomUUID()}`);
    const resource = url.split('/').slice(0, depthOf(route)).join('/');
    const { status: found, headers } = await call(as, `GET ${resource}`);
    assert.equal(found, 200);
    const send = (tag: string) =>
      call(as, `${route.method} ${url}`, body, { headers: { ...sent, 'if-match': tag } });
    const stale = await send('"99-x"');
    assert.deepEqual([stale.status, stale.body.code], [412, 'precondition_failed']);
    assert.equal((await call(as, `GET ${resource}`)).headers.etag, headers.etag);
    const { status, body: said } = await send(String(headers.etag));
    assert.ok(status < 300, JSON.stringify(said));
    if (status === 200 && route.method !== 'DELETE') {
      assert.notEqual((await call(as, `GET ${resource}`)).headers.etag, headers.etag);
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
