/** Verifying the audit log from the command line: what is said, exported, and compared. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import * as audit from '#features/audit/service.ts';
import { system } from '#kernel/principal.ts';
import { lendingFrom } from '#platform/db/lending.ts';
import { openPool } from '#platform/db/open.ts';
import { scopes } from '#platform/db/scope.ts';
import { run, startServer, temporaryFolder } from '../server-process.ts';
import { startedFolder } from './started-folder.ts';

const [one, other] = [randomUUID(), randomUUID()].sort() as [string, string];

async function onDatabase<Result>(
  data: string,
  work: (pool: Awaited<ReturnType<typeof openPool>>['pool']) => Promise<Result>,
): Promise<Result> {
  const settings = { DATA_DIR: data, DB_POOL_SIZE: 1, DB_POOL_TIMEOUT: 10, DB_POOL_RECYCLE: 0 };
  const { pool, close } = await openPool(settings);
  try {
    return await work(pool);
  } finally {
    await close();
  }
}

const tamper = (data: string, text: string) => onDatabase(data, (pool) => pool.query(text));

/** A folder in which two organizations have a chain. */
async function chainedFolder() {
  const data = await startedFolder();
  await onDatabase(data, async (pool) => {
    const db = scopes(lendingFrom(pool, undefined), () => {}, {
      prepared: false,
      rowSecurity: false,
      signingKey: Buffer.alloc(32),
    }).as(system);
    for (const organization_id of [one, one, one, other]) {
      await audit.record(db, 'member.added', { organization_id });
    }
  });
  return data;
}

/** Runs the command to its end. */
async function verifying(data: string, ...args: string[]) {
  const started = run({}, { data, command: ['audit', ...args] });
  const { code } = await started.exited;
  const errors = started.errors();
  const written = started.output();
  // What a program reads is on standard output, and nothing else is.
  const lines = written.split('\n').filter((line) => line.startsWith('{'));
  return { code, errors, lines, heads: lines.map((line) => JSON.parse(line)) };
}

suite('audit verify', { concurrency: 2 }, () => {
  test('it exports the head of every chain that holds', async () => {
    const data = await chainedFolder();
    const { code, heads, errors } = await verifying(data, 'verify');
    assert.equal(code, 0, errors);
    assert.deepEqual(
      heads.map(({ organization_id, sequence, hash }) => [
        organization_id,
        sequence,
        /^[\da-f]{64}$/.test(hash),
      ]),
      [
        [one, 3, true],
        [other, 1, true],
      ],
    );
    assert.match(errors, /Chains verified: 2, faults: 0\.\n$/);
  });

  test('an edited entry is named, and the head of its chain is not exported', async () => {
    const data = await chainedFolder();
    await tamper(
      data,
      `update plinth.audit_log set action = 'a.b' where organization_id = '${one}' and sequence = 2`,
    );
    const { code, heads, errors } = await verifying(data, 'verify');
    assert.equal(code, 1);
    assert.deepEqual(
      heads.map(({ organization_id }) => organization_id),
      [other],
    );
    assert.match(errors, new RegExp(`^Organization ${one}, entry 2: [^\\n]+\\.$`, 'm'));
    assert.match(errors, /Chains verified: 2, faults: 1\.\n$/);
    assert.equal((await verifying(data, 'verify', '--organization', other)).code, 0);
  });

  test('a chain that was cut off holds by itself, and not against the heads of before', async () => {
    const data = await chainedFolder();
    const file = join(data, 'heads.jsonl');
    // As the server's own job writes them every night.
    const { heads } = await verifying(data, 'verify');
    const kept = heads.map((head) => ({ ...head, exported_at: '2026-11-21T03:40:00.000Z' }));
    writeFileSync(file, kept.map((head) => `${JSON.stringify(head)}\n`).join(''));
    const before = await verifying(data, 'verify', '--against', file);
    assert.equal(before.code, 0, before.errors);
    assert.match(before.errors, /heads compared: 2/);

    await tamper(
      data,
      `delete from plinth.audit_log where organization_id = '${one}' and sequence = 3`,
    );
    assert.equal((await verifying(data, 'verify')).code, 0);
    const cut = await verifying(data, 'verify', '--against', file);
    assert.equal(cut.code, 1);
    assert.match(cut.errors, new RegExp(`^Organization ${one}, entry 3: it is missing`, 'm'));
    assert.deepEqual(
      cut.heads.map(({ organization_id }) => organization_id),
      [other],
    );
    const only = await verifying(data, 'verify', '--organization', other, '--against', file);
    assert.equal(only.code, 0, only.errors);
  });

  for (const [name, args, code, said] of [
    ['no verb', [], 2, /audit verify/],
    ['another verb', ['erase'], 2, /audit verify/],
    ['an option there is not', ['verify', '--fix'], 2, /--fix/],
    ['an organization that is no id', ['verify', '--organization', 'acme'], 2, /not acme/],
    [
      'a file that is not there',
      ['verify', '--against', 'a.jsonl'],
      1,
      /^It cannot be opened: ENOENT[^\n]+\n$/,
    ],
  ] as const) {
    test(`${name} is refused with ${code}`, async () => {
      const { code: exit, errors } = await verifying(temporaryFolder(), ...args);
      assert.equal(exit, code, errors);
      assert.match(errors, said);
    });
  }

  for (const [name, text, said] of [
    ['that are none', '{"organization_id": 7}\n', /Line 1: It is no head of a chain\.\n$/],
    ['that are no JSON', 'head\n', /Line 1: It is no JSON\.\n$/],
    ['of which there is none', '\n', /There is no head to compare with\.\n$/],
  ] as const) {
    test(`heads ${name} are refused in a sentence`, async () => {
      const data = await startedFolder();
      writeFileSync(join(data, 'heads.jsonl'), text);
      const { code, errors } = await verifying(
        data,
        'verify',
        '--against',
        join(data, 'heads.jsonl'),
      );
      assert.equal(code, 1);
      assert.match(errors, said);
    });
  }

  test('an organization without an entry is refused in a sentence', async () => {
    const { code, errors } = await verifying(
      await startedFolder(),
      'verify',
      '--organization',
      one,
    );
    assert.equal(code, 1);
    assert.match(errors, /^There is no entry of the organization [^\n]+\n$/);
  });

  test('beside a server on the embedded database it is refused in a sentence', async () => {
    const data = await startedFolder();
    await startServer({}, { data });
    const { code, errors } = await verifying(data, 'verify');
    assert.equal(code, 1);
    assert.match(errors, /^[^\n]+ in use by another process; stop that one[^\n]+\n$/);
  });
});
