/** What is remembered of keys: the promises that take two processes, or bad timing, to break. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRevocations } from '#features/tokens/revocations.ts';
import { changed } from '#features/tokens/service.ts';
import type { Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { openKeys } from './principals.ts';
import { keyPurpose, makeKey } from './secret.ts';

const { call, ports } = await harness();
const sent = { name: 'robot', permissions: { tasks: ['read'] } };
const make = async () => (await call('ada', 'POST /api/v1/api-keys', sent)).body;

/** Keys as another process opens them, whose readings are counted, and wait where `gate` says so. */
function opened(overrides: Partial<typeof ports> = {}) {
  const reads: string[] = [];
  const held: { gate?: Promise<void> } = {};
  const as = (...who: Parameters<typeof ports.database.as>): Db => {
    const db = ports.database.as(...who);
    const run: Db['run'] = async (statement, input) => {
      reads.push(statement.name);
      const rows = await db.run(statement, input);
      await held.gate;
      return rows;
    };
    return { ...db, run };
  };
  const keys = openKeys({ ...ports, database: { ...ports.database, as }, ...overrides });
  return { keys, reads, held };
}

test('what was read before a change is worth nothing after it', async () => {
  const { key, id } = await make();
  const { keys, reads, held } = opened();
  const gate = Promise.withResolvers<void>();
  held.gate = gate.promise;
  const slow = keys.verify(key); // the row has been read, and the answer is still on its way
  await call('ada', `DELETE /api/v1/api-keys/${id}`);
  gate.resolve();
  await slow;
  assert.equal(await keys.verify(key), undefined);
  assert.deepEqual(reads, ['api-keys.byDigest', 'api-keys.byDigest']);
});

test('a change of the owner is heard too, and read again', async () => {
  const { key, owner_id } = await make();
  const { keys, reads } = opened();
  assert.ok(await keys.verify(key));
  await changed(ports.database.as(system), ports, owner_id);
  assert.ok(await keys.verify(key));
  assert.ok(await keys.verify(key));
  // Once, or once more where the table was read meanwhile, which tells of it again.
  assert.ok(reads.length === 2 || reads.length === 3, `${reads.length}`);
});

test('while it is not known what changed, nothing that is remembered is believed', async () => {
  const { key } = await make();
  const away = new Error('the database is away');
  const known = { confirm: undefined as Promise<void> | undefined };
  const revocations = { ...ports.revocations, confirm: () => known.confirm };
  const { keys } = opened({ revocations });
  assert.ok(await keys.verify(key));
  known.confirm = Promise.reject(away);
  await assert.rejects(async () => keys.verify(key), away);
});

test('what is older than changes are known of is read again', async () => {
  const { key } = await make();
  const { keys, reads } = opened({ revocations: await openRevocations(ports.database, 0) });
  assert.ok(await keys.verify(key));
  assert.ok(await keys.verify(key));
  assert.equal(reads.length, 2);
});

test('the principal of a key cannot be changed, and is never a superuser', async () => {
  const { body } = await call('root', 'POST /api/v1/api-keys', {
    ...sent,
    rate_limit_requests: 5,
    rate_limit_seconds: 10,
  });
  const principal = await opened().keys.verify(body.key);
  assert.deepEqual(principal, {
    kind: 'api_key',
    userId: body.owner_id,
    organizationId: null,
    subject: body.owner_id,
    sessionId: null,
    keyId: body.id,
    superuser: false,
    permissions: new Set(['tasks:read']),
    limit: { requests: 5, seconds: 10 },
  });
  assert.ok(Object.isFrozen(principal) && Object.isFrozen(principal.limit));
});

test('ten thousand keys are remembered, and the oldest is forgotten for another', async () => {
  const row = { is_active: true, enabled: true, expires_at: null, permissions: {} };
  let reads = 0;
  const as = (...who: Parameters<typeof ports.database.as>): Db => ({
    ...ports.database.as(...who),
    run: async ({ name }) => {
      if (name === 'api-keys.byDigest') reads++;
      return [{ ...row, id: newId(), owner_id: newId(), organization_id: null }];
    },
  });
  const keys = openKeys({ ...ports, database: { ...ports.database, as } });
  const made = Array.from({ length: 10_001 }, () => makeKey(ports.keyFor(keyPurpose)).key);
  for (const key of made) assert.ok(await keys.verify(key));
  assert.equal(reads, 10_001);
  for (const key of made.slice(1)) await keys.verify(key);
  assert.equal(reads, 10_001);
  await keys.verify(made[0] ?? '');
  assert.equal(reads, 10_002);
});
