/** Heads of chains: what is proven against them, and that they are of whole chains, however long. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import * as audit from './service.ts';
import { compare, type Head, verify } from './verify.ts';

const { ports, pool } = await harness();
const db = ports.database.as(system);

/** A chain of so many entries. */
async function chain(length = 5): Promise<string> {
  const organization_id = randomUUID();
  for (let n = 1; n <= length; n++) await audit.record(db, 'member.updated', { organization_id });
  return organization_id;
}

const found = (organization_id: string) => Array.fromAsync(verify(db, { organization_id }));

async function headOf(organization_id: string): Promise<Head> {
  const [one] = await found(organization_id);
  assert.ok(one && 'head' in one);
  return one.head;
}

const at = (sequence: number) => `organization_id = $1 and sequence = ${sequence}`;

test('a chain cut at its end holds by itself, and not against its head', async () => {
  const organization_id = await chain();
  const head = await headOf(organization_id);
  await pool.query(`delete from plinth.audit_log where ${at(5)}`, [organization_id]);
  assert.equal((await headOf(organization_id)).sequence, 4);
  const [fault] = await compare(db, [head]);
  assert.deepEqual([fault?.organization_id, fault?.sequence], [organization_id, '5']);
  assert.match(fault?.wrong ?? '', /missing/);
});

test('a chain written anew as a whole holds by itself, and not against its head', async () => {
  const organization_id = await chain();
  const head = await headOf(organization_id);
  await pool.query('delete from plinth.audit_log where organization_id = $1', [organization_id]);
  for (let n = 1; n <= 6; n++) await audit.record(db, 'member.updated', { organization_id });
  assert.equal((await headOf(organization_id)).sequence, 6);
  const [fault] = await compare(db, [head]);
  assert.match(fault?.wrong ?? '', /written anew/);
});

test('a chain that grew since holds against its head', async () => {
  const organization_id = await chain();
  const head = await headOf(organization_id);
  await audit.record(db, 'member.updated', { organization_id });
  assert.deepEqual(await compare(db, [head]), []);
});

test('chains longer than a batch are gone through whole, each on its own', async () => {
  const [long, short] = [randomUUID(), await chain(1)];
  await db.transaction(async (db) => {
    for (let n = 0; n < 2100; n++) {
      await audit.record(db, 'member.updated', { organization_id: long });
    }
  });
  const { sequence } = await headOf(long);
  assert.equal(sequence, 2100);
  for (const broken of [1999, 2000, 2001, 2100]) {
    await pool.query(`update plinth.audit_log set action = 'a.b' where ${at(broken)}`, [long]);
  }
  assert.deepEqual(
    (await found(long)).flatMap((one) => ('fault' in one ? [one.fault.sequence] : [])),
    ['1999', '2000', '2001', '2100'],
  );
  const all = await Array.fromAsync(verify(db));
  assert.ok(all.some((one) => 'head' in one && one.head.organization_id === short));
  assert.ok(all.some((one) => 'broken' in one && one.broken === long));
});
