/** The guard: what does not say who may call, or what may come in, stops the boot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { organizationOf } from '#features/organizations/organization.fixture.ts';
import { feature } from '#kernel/feature.ts';
import { newId } from '#kernel/id.ts';
import { keysMay } from '#kernel/roles.ts';
import { api, type Route } from '#kernel/route.ts';
import { Input } from '#kernel/schema.ts';
import registry from '../src/features.ts';
import { harness } from './harness.ts';
import { bodyOf, lineOf, routesOf } from './sweeps/routes.ts';

const sound = { summary: 'A planted route', answer: Type.Null(), status: 204, run: () => null };
const boot = (route: Route) => {
  const planted = feature({ name: 'planted', description: 'Planted.', routes: { route } });
  return harness({ features: [...registry, planted] });
};

const faults: readonly [string, Route, RegExp][] = [
  ['no word on who may call', api.get('/planted', sound as never), /does not say who may call/],
  [
    'a permission nobody declares',
    api.get('/planted', { ...sound, allow: 'planted:read' }),
    /planted:read, which no feature declares/,
  ],
  [
    'an open body',
    api.post('/planted', {
      ...sound,
      allow: 'public',
      body: Type.Object({ title: Type.String() }),
    }),
    /open body/,
  ],
  [
    'an open query',
    api.get('/planted', { ...sound, allow: 'public', query: Type.Object({}) }),
    /open query/,
  ],
];

for (const [name, route, message] of faults) {
  test(`${name} stops the boot`, () => assert.rejects(boot(route), message));
}

test('a sound route boots', async () => {
  const body = Input('Planted', { title: Type.Literal('x') });
  const { call } = await boot(api.post('/planted', { ...sound, allow: 'public', body }));
  assert.equal((await call(undefined, 'POST /api/v1/planted', { title: 'x' })).status, 204);
});

test('a permission the caller lacks is a 403 that names it', async () => {
  const manage = feature({
    name: 'planted',
    description: 'Planted.',
    permissions: ['planted:manage'],
    routes: { route: api.get('/planted', { ...sound, allow: 'planted:manage' }) },
  });
  const { call } = await harness({ features: [...registry, manage] });
  const { status, body } = await call('ada', 'GET /api/v1/planted');
  assert.deepEqual([status, body.detail], [403, 'It needs planted:manage']);
  assert.equal((await call('root', 'GET /api/v1/planted')).status, 204);
});

test('no route fails for a key of an organization, and none that takes a person lets it in', async () => {
  const here = await harness();
  const { call, ports } = here;
  const organization_id = await organizationOf(here, { ada: 'admin' });
  const permissions: Record<string, string[]> = {};
  for (const name of [...ports.userPermissions].filter(keysMay)) {
    const [resource = '', action = ''] = name.split(':');
    permissions[resource] = [...(permissions[resource] ?? []), action];
  }
  const sent = { name: 'all', permissions, organization_id };
  const { status, body } = await call('ada', 'POST /api/v1/api-keys', sent);
  assert.equal(status, 201, JSON.stringify(body));
  for (const route of routesOf(registry)) {
    for (const id of [newId(), organization_id]) {
      const ids = { id, organization_id: id, invitation_id: id, user_id: organization_id };
      const line = lineOf(route, { ...ids, email: 'x@example.com' });
      const { body: filled, more } = bodyOf(route, 'x');
      const headers = { ...more?.headers, 'x-api-key': body.key };
      const answer = await call(undefined, line, filled, { headers });
      assert.ok(answer.status < 500, `${line} ${JSON.stringify(answer.body)}`);
      if (route.allow === 'signed-in') assert.equal(answer.status, 403, line);
    }
  }
});

test('what load balancers ask asks nobody who they are', async () => {
  const { call } = await harness();
  const { body } = await call('ada', 'POST /api/v1/api-keys', {
    name: 'probe',
    permissions: { items: ['read'] },
  });
  await call('ada', `PATCH /api/v1/api-keys/${body.id}`, { enabled: false });
  const more = { headers: { 'x-api-key': body.key } };
  for (const line of ['GET /livez', 'GET /readyz', 'GET /']) {
    const { status, statements } = await call(undefined, line, undefined, more);
    assert.deepEqual([status, statements], [200, []], line);
  }
});
