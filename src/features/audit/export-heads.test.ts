/** Heads that leave the database: every one of them, in a file that is only added to. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { system } from '#kernel/principal.ts';
import { enqueue } from '#platform/queue/enqueue.ts';
import { harness } from '#test/harness.ts';
import { exportHeads } from './jobs.ts';
import * as audit from './service.ts';
import { compare, type Head } from './verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'plinth-heads-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'data', 'audit-heads.jsonl');
const { ports, pool, runJobs } = await harness({ env: { DATA_DIR: join(folder, 'data') } });
const db = ports.database.as(system);

async function chain(length: number) {
  const organization_id = randomUUID();
  for (let n = 1; n <= length; n++) await audit.record(db, 'member.updated', { organization_id });
  return organization_id;
}

type Line = Head & { exported_at: string; is_last?: true };
const lines = (): Line[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line)
    .map((line) => JSON.parse(line));

/** What one export adds. */
async function exported() {
  const isThere = statSync(file, { throwIfNoEntry: false });
  const before = isThere ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
  const id = await enqueue(db, exportHeads, {});
  await runJobs();
  const { rows } = await pool.query('select * from plinth_queue.runs where id = $1', [id]);
  assert.equal(rows[0].state, 'completed', rows[0].error);
  return lines().slice(before);
}
/** As if the last entry of a chain were older. */
const age = (organization_id: string) =>
  pool.query(
    `update plinth.audit_log set created_at = created_at - interval '3 days' where organization_id = $1`,
    [organization_id],
  );

const [long, short] = [await chain(3), await chain(1)];

test('the head of every chain is written, for its owner alone', async () => {
  const added = await exported();
  const heads = Object.fromEntries(
    added.map(({ organization_id, sequence }) => [organization_id, sequence]),
  );
  assert.deepEqual(heads, { [long]: 3, [short]: 1 });
  assert.deepEqual(
    added.map(({ is_last }) => is_last),
    [undefined, undefined, true],
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(await compare(db, added), []);
});

test('a chain that has not grown since is not told of again', async () => {
  await age(long);
  const added = await exported();
  assert.deepEqual([...new Set(added.map((line) => line.organization_id))], [short]);
});

for (const [what, spoil] of [
  ['half a line was written', () => appendFileSync(file, '{"organization_id": "')],
  ['it was cut off', () => writeFileSync(file, `${readFileSync(file, 'utf8').split('\n')[0]}\n`)],
  ['the file was taken away', () => rmSync(file)],
] as const) {
  test(`where ${what}, nothing is missing and every line can be read`, async () => {
    spoil();
    await exported();
    const told = new Set(lines().map(({ organization_id }) => organization_id));
    assert.deepEqual([...told].sort(), [long, short].sort());
  });
}

test('more chains than a batch are all written', async () => {
  await pool.query(
    `insert into plinth.audit_log (id, actor_kind, action, outcome, organization_id, sequence, hash)
     select gen_random_uuid(), 'user', 'a.b', 'success', gen_random_uuid(), 1, 'x' from generate_series(1, 1100)`,
  );
  const added = await exported();
  assert.ok(new Set(added.map((line) => line.organization_id)).size >= 1100);
});

test('a chain that was written anew is found by the file', async () => {
  await pool.query('delete from plinth.audit_log where organization_id = $1', [short]);
  await audit.record(db, 'member.removed', { organization_id: short });
  const [fault] = await compare(
    db,
    lines().filter((line) => line.organization_id === short),
  );
  assert.match(fault?.wrong ?? '', /written anew/);
});
