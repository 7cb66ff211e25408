/** Validation: what would take long to check stops the boot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastify from 'fastify';
import { type TSchema, Type } from 'typebox';
import { Input } from '#kernel/schema.ts';
import { validation } from './validation.ts';

async function booted(tags: TSchema) {
  const app = fastify();
  validation(app);
  app.post('/', { schema: { body: Input('Tagged', { tags }) } }, async () => 'ok');
  await app.ready();
  return app;
}

const unique = { maxItems: 3, uniqueItems: true };

test('unique items of one plain type are checked, a hundred thousand of them too', async () => {
  const app = await booted(Type.Array(Type.Enum(['a', 'b'], { type: 'string' }), unique));
  const send = async (tags: unknown) =>
    (await app.inject({ method: 'POST', url: '/', payload: { tags } })).statusCode;
  assert.equal(await send(['a', 'b']), 200);
  assert.equal(await send(['a', 'a']), 400);
  const many = Array.from({ length: 60_000 }, (_, n) => `k${n}`);
  assert.equal(await send(many), 400);
});

for (const [what, items] of [
  ['of no type', Type.Enum(['a', 'b'])],
  ['that are objects', Type.Object({ a: Type.String() })],
  ['of two types', Type.Union([Type.String(), Type.Integer()])],
] as const) {
  test(`unique items ${what}, which are compared each with each, stop the boot`, async () => {
    await assert.rejects(booted(Type.Array(items, unique)), /POST \/ takes unique items/);
  });
}
