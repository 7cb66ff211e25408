/** Over all routes: whatever is sent, the answer is never our fault. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { organizationOf } from '#features/organizations/organization.fixture.ts';
import { harness } from '#test/harness.ts';
import features from '../../src/features.ts';
import { lineOf, paramsIn, routesOf } from './routes.ts';
import { arbitrary } from './samples.ts';

const server = await harness();
const { call, signIn } = server;
const numRuns = Number(process.env.FUZZ_RUNS ?? 60);

const pathId = fc.oneof(
  fc.constant(randomUUID()),
  fc.string(),
  fc.constantFrom('\0', '..', '%', '🦄'),
);

for (const route of routesOf(features).filter(({ limited }) => limited !== false)) {
  test(`nothing that is sent to ${route.operation} makes a 500`, async () => {
    // Somebody new each time, since the route before may have signed her out, or deleted her.
    const ada = await signIn(`ada-${route.operation}`);
    const user_id = ada.id;
    const organization_id = await organizationOf(server, { [`ada-${route.operation}`]: 'owner' });
    const input = fc.record({
      id: pathId,
      query: route.query ? arbitrary(route.query) : fc.constant({}),
      body: route.body ? arbitrary(route.body) : fc.constant(undefined),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ id, query, body }) => {
        const text = id.isWellFormed() ? id : 'x';
        const line = lineOf(route, {
          ...Object.fromEntries(paramsIn(route).map((name) => [name, text])),
          user_id,
          organization_id,
        });
        const { status, body: said } = await call(ada, `${line}${search(query)}`, json(body), {
          headers: { 'content-type': 'application/json' },
        });
        assert.ok(status < 500, `${status} ${JSON.stringify(said)}`);
        if (status >= 400) assert.match(said.detail, /\w/);
      }),
      { numRuns },
    );
  });
}

const json = (body: unknown) => (body === undefined ? undefined : (JSON.stringify(body) ?? 'null'));

function search(query: unknown) {
  if (typeof query !== 'object' || query === null) return '';
  const fields = Object.entries(query).map(([name, value]) => [
    name,
    (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed(),
  ]);
  return `?${new URLSearchParams(fields)}`;
}
