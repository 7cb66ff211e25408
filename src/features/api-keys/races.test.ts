/** API keys made and rotated, also many at once: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import { maxKeys } from './model.ts';

const { call } = await harness();
const list = 'GET /api/v1/api-keys';
const make = 'POST /api/v1/api-keys';
const plain = { name: 'robot', permissions: { tasks: ['read'] } };
const withKey = (key: string) =>
  call(undefined, 'GET /api/v1/tasks', undefined, { headers: { 'x-api-key': key } });

test('rotating makes another key of the same row, and the old one is dead', async () => {
  const { body: old } = await call('ada', make, plain);
  assert.equal((await withKey(old.key)).status, 200);
  const { status, body: fresh } = await call('ada', `POST /api/v1/api-keys/${old.id}/rotate`);
  assert.equal(status, 200);
  assert.notEqual(fresh.key, old.key);
  assert.deepEqual([fresh.id, fresh.name, fresh.created_at], [old.id, old.name, old.created_at]);
  assert.equal((await withKey(old.key)).status, 401);
  assert.equal((await withKey(fresh.key)).status, 200);
});

test('of many that rotate one key at once, exactly one new key is good', async () => {
  const { body: old } = await call('ada', make, plain);
  const line = `POST /api/v1/api-keys/${old.id}/rotate`;
  const answers = await Promise.all(Array.from({ length: 8 }, () => call('ada', line)));
  assert.ok(answers.every(({ status }) => status === 200));
  const keys = answers.map(({ body }) => body.key as string);
  assert.equal(new Set(keys).size, keys.length);
  const tried = await Promise.all(
    [old.key, ...keys].map(async (key) => (await withKey(key)).status),
  );
  assert.deepEqual(tried.sort(), [200, ...Array(keys.length).fill(401)]);
});

test('nobody has more keys than the bound, however many are made at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: maxKeys + 5 }, () => call('dee', make, plain)),
  );
  const refused = answers.filter(({ status }) => status !== 201);
  assert.deepEqual(
    refused.map(({ status, body }) => [status, body.code]),
    Array(5).fill([409, 'too_many_api_keys']),
  );
  const { body } = await call('dee', `${list}?limit=1`);
  assert.equal(body.count, maxKeys);
  assert.equal((await call('dee', `DELETE /api/v1/api-keys/${body.data[0].id}`)).status, 204);
  assert.equal((await call('dee', make, plain)).status, 201);
});
