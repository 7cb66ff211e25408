/** Over all routes: what makes something is done once under one key, however often it is sent. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import features from '../../src/features.ts';
import { harness } from '../harness.ts';
import { requesting } from './requests.ts';
import { routesOf } from './routes.ts';
import { changesOf, rowsReader } from './rows.ts';

const server = await harness();
const { call, pool } = server;
const routes = routesOf(features);
const request = requesting(server, routes);
const read = await rowsReader(server);
const letters = async () => (await pool.query('select count(*) as n from plinth.emails')).rows[0].n;

/** What an answer says, without what is of this request alone. */
function said({ status, body, headers }: Awaited<ReturnType<typeof call>>) {
  const { 'content-type': type, etag, location, 'last-modified': modified } = headers;
  return { status, body, type, etag, location, modified };
}

for (const route of routes.filter(({ creates }) => creates)) {
  test(`${route.operation} is done once, however often it is sent`, async () => {
    const { as, url, body, headers } = await request(route, `maker-${randomUUID()}`);
    const keyed = { headers: { ...headers, 'idempotency-key': randomUUID() } };
    const send = () => call(as, `${route.method} ${url}`, body, keyed);
    const first = await send();
    assert.ok(first.status < 300, JSON.stringify(first.body));
    const [rows, written] = [await read(), await letters()];
    const again = await send();
    assert.equal(again.headers['idempotency-replayed'], 'true');
    assert.deepEqual(said(again), said(first));
    const changed = changesOf(rows, await read()).map(({ told }) => told);
    assert.deepEqual([...changed, await letters()], [written]);
  });
}

test('every POST that answers 201 can be sent again', () => {
  for (const route of routes.filter(({ status }) => status === 201)) {
    assert.equal(route.creates, true, route.operation);
  }
});
