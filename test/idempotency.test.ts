/** Idempotency: what makes something can be sent again, and is done once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { forgetReplays, openReplays } from '#features/idempotency/service.ts';
import type { Db } from '#kernel/db.ts';
import { system } from '#kernel/principal.ts';
import { Conflict } from '#kernel/problem.ts';
import type { Given, Replays } from '#kernel/replays.ts';
import { replaying } from '#platform/http/replaying.ts';
import { harness, password } from './harness.ts';

const server = await harness();
const { call, caller, pool, ports } = server;

type As = Parameters<typeof call>[0];

/** Sends what makes something under a key, as `call` does. */
const send = (as: As, line: string, body: object | undefined, key: string, more = {}) =>
  call(as, line, body, { ...more, headers: { 'idempotency-key': key } });
const add = (as: As, title: string, key: string) => send(as, 'POST /api/v1/items/', { title }, key);
const titled = async (title: string) =>
  (await pool.query('select id from plinth.items where title = $1', [title])).rows.length;

/** What an answer says, without what is of this request alone. */
function said({ status, body, headers }: Awaited<ReturnType<typeof call>>) {
  const { 'content-type': type, etag, location, 'last-modified': modified } = headers;
  return { status, body, type, etag, location, modified };
}

test('the same request again is the first answer, byte for byte, and one row', async () => {
  const first = await add('ada', 'Once', 'key-once');
  assert.equal('idempotency-replayed' in first.headers, false);
  const again = await add('ada', 'Once', 'key-once');
  assert.deepEqual(said(again), said(first));
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.notEqual(again.headers['x-request-id'], first.headers['x-request-id']);
  assert.deepEqual(again.statements, ['idempotency.find']);
  assert.equal(await titled('Once'), 1);
});

test('without a key everything is made as often as it is asked for, in one statement', async () => {
  for (const _ of [1, 2]) {
    const { statements } = await call('ada', 'POST /api/v1/items/', { title: 'Twice' });
    assert.deepEqual(statements, ['items.create']);
  }
  assert.equal(await titled('Twice'), 2);
});

test('another request under the same key is refused, whatever differs', async () => {
  await add('ada', 'Mine', 'key-reused');
  const others = [
    ['POST /api/v1/items/', { title: 'Other' }],
    ['POST /api/v1/items/', { title: 'Mine', description: null }],
    ['POST /api/v1/items', { title: 'Mine' }],
    ['POST /api/v1/tasks', { title: 'Mine' }],
  ] as const;
  for (const [line, body] of others) {
    const answer = await send('ada', line, body, 'key-reused');
    assert.deepEqual([answer.status, answer.body.code], [422, 'idempotency_key_reused'], line);
  }
});

test('two callers may choose the same key, and neither sees what the other made', async () => {
  const ada = await add('ada', 'Shared key', 'key-shared');
  const bob = await add('bob', 'Shared key', 'key-shared');
  assert.notEqual(ada.body.id, bob.body.id);
  assert.equal(bob.body.owner_id, (await caller('bob')).id);
  assert.equal('idempotency-replayed' in bob.headers, false);
});

test('who is not signed in is known by the network: two may choose the same key', async () => {
  const join = async (remoteAddress: string, name: string) => {
    const input = { email: `${name}@example.com`, password };
    const line = 'POST /api/v1/users/signup';
    const answer = await send(undefined, line, input, 'key-of-nobody', { remoteAddress });
    return [answer.status, answer.body.code ?? answer.body.email, answer.headers[replayed]];
  };
  const replayed = 'idempotency-replayed';
  assert.deepEqual(await join('192.0.2.1', 'one'), [200, 'one@example.com', undefined]);
  assert.deepEqual(await join('198.51.100.1', 'two'), [200, 'two@example.com', undefined]);
  assert.deepEqual(await join('192.0.2.1', 'one'), [200, 'one@example.com', 'true']);
  assert.deepEqual(await join('192.0.2.1', 'two'), [422, 'idempotency_key_reused', undefined]);
});

test('a quoted key is the key without its quotes', async () => {
  const bare = await add('ada', 'Quoted', 'key"\\quoted');
  const quoted = await add('ada', 'Quoted', '"key\\"\\\\quoted"');
  assert.deepEqual(said(quoted), said(bare));
});

for (const key of ['', ' ', 'two words', 'é', 'x'.repeat(256), '""', '"two words"']) {
  test(`"${key.slice(0, 20)}" is no key, and nothing is made`, async () => {
    const answer = await add('ada', 'Bad key', key);
    assert.deepEqual([answer.status, answer.body.code], [400, 'malformed']);
    assert.equal(await titled('Bad key'), 0);
  });
}

test('what was refused is not kept: the key is good for the request that is mended', async () => {
  assert.equal((await add('ada', '', 'key-mended')).status, 422);
  const nowhere = { title: 'Mended', organization_id: crypto.randomUUID() };
  assert.equal((await send('ada', 'POST /api/v1/items/', nowhere, 'key-mended')).status, 404);
  assert.equal((await add('ada', 'Mended', 'key-mended')).status, 200);
});

test('of many at once one makes it; the others hear that it is running, or what it answered', async () => {
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => add('ada', 'Crowd', 'key-crowd')),
  );
  const made = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status !== 200);
  assert.ok(made.length > 0);
  assert.equal(new Set(made.map(({ body }) => body.id)).size, 1);
  for (const { status, body } of refused) {
    assert.deepEqual([status, body.code], [409, 'idempotency_key_in_use']);
  }
  assert.equal(await titled('Crowd'), 1);
  assert.equal((await add('ada', 'Crowd', 'key-crowd')).body.id, made[0]?.body.id);
});

test('after a day a key is as good as new, and its row is swept', async () => {
  const first = await add('ada', 'Old', 'key-old');
  await pool.query(`update plinth.idempotency_keys set created_at = now() - interval '25 hours'`);
  const second = await add('ada', 'Old', 'key-old');
  assert.notEqual(second.body.id, first.body.id);
  const count = async () =>
    Number((await pool.query('select count(*) as n from plinth.idempotency_keys')).rows[0].n);
  assert.ok((await count()) > 1);
  await forgetReplays(ports.database.as(system));
  assert.equal(await count(), 1);
  assert.equal((await add('ada', 'Old', 'key-old')).body.id, second.body.id);
});

test('the table holds neither the key nor the answer in the open', async () => {
  const input = { name: 'secret name', permissions: { items: ['read'] } };
  const { body } = await send('ada', 'POST /api/v1/api-keys', input, 'key-in-the-open');
  const { rows } = await pool.query('select i::text as told from plinth.idempotency_keys i');
  const told = rows.map(({ told }) => told).join('\n');
  for (const secret of ['key-in-the-open', body.key, body.id, 'secret name']) {
    assert.equal(told.includes(secret), false, secret);
  }
  const again = await send('ada', 'POST /api/v1/api-keys', input, 'key-in-the-open');
  assert.equal(again.body.key, body.key);
});

test('who may not ask any more is not answered again', async () => {
  const { body } = await call('ada', 'POST /api/v1/api-keys', {
    name: 'short-lived',
    permissions: { items: ['read', 'write'] },
  });
  const more = { headers: { 'x-api-key': body.key, 'idempotency-key': 'key-of-a-key' } };
  const line = 'POST /api/v1/items/';
  assert.equal((await call(undefined, line, { title: 'By key' }, more)).status, 200);
  await call('ada', `DELETE /api/v1/api-keys/${body.id}`);
  assert.equal((await call(undefined, line, { title: 'By key' }, more)).status, 401);
});

/** A request as the server sees it, to another process each time. */
function processes(key: string) {
  const db = ports.database.as(system);
  const headers = { 'idempotency-key': key };
  const request = {
    db,
    headers,
    principal: system,
    ip: '192.0.2.1',
    method: 'POST',
    url: '/',
    body: {},
  };
  return (replays: Replays, work: (db: Db) => Promise<Given>) =>
    replaying(ports, replays)(request as unknown as FastifyRequest, work);
}

test('who is overtaken by another process gets its answer, and not what it finds made', async () => {
  const replays = openReplays(ports.keyFor('idempotency'));
  const send = processes('key-overtaken');
  const first = { status: 201, headers: { location: '/1' }, body: '{"id":1}' };
  let looks = 0;
  const late: Replays = {
    ...replays,
    async find(db, asked) {
      const kept = await replays.find(db, asked);
      if (looks++ === 0) await send(replays, async () => first);
      return kept;
    },
  };
  const answer = await send(late, async (db) => {
    await forgetReplays(db); // whatever finds out that it is there
    throw Conflict('it is there');
  });
  const { 'idempotency-replayed': replayed, ...headers } = answer.headers;
  assert.deepEqual({ ...answer, headers }, first);
  assert.equal(replayed, 'true');
});
