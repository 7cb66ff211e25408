/**
 * The two layers under tenants are two: in a copy of the project whose statements forgot whose rows they
 * are about, the policies of the tables still keep everybody out. Without the policies nothing does.
 */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectCopy } from '../process/project-copy.ts';
import { root, start } from '../server-process.ts';

const { folder, edit } = projectCopy();
for (const name of ['test', 'tsconfig.json']) {
  cpSync(join(root, name), join(folder, name), { recursive: true });
}

/** Puts something else in the place of an exported brick. */
const instead = (name: string, brick: string) => (text: string) =>
  text.replace(`export const ${name} =`, `export const ${name} = ${brick};\nconst was_${name} =`);

const nobody = '() => () => undefined';
const asAsked =
  '() => ({ owner_id, organization_id }) => ({ owner_id: owner_id ?? sql`null`, organization_id: organization_id ?? sql`null` })';

function forget(file: string, change: (text: string) => string) {
  edit(file, (text) => {
    const left = change(text);
    assert.notEqual(left, text, `${file} has no such condition`);
    return left;
  });
}

forget('src/platform/db/tenancy.ts', instead('reachable', nobody));
forget('src/platform/db/tenancy.ts', instead('belongsTo', nobody));
forget('src/platform/db/tenancy.ts', instead('givenTo', asAsked));

/** Where one feature says it by itself. */
const said: readonly [string, RegExp][] = [
  ['sessions/list.ts', /eq\(sessions\.user_id, user_id\)/],
  ['sessions/service.ts', /eq\(sessions\.user_id, sql`any\([^`]*`\)/],
  ...['organizations/service.ts', 'members/service.ts', 'invitations/which.ts'].map(
    (file): [string, RegExp] => [file, /mayIn\(caller, [^)]*\)/g],
  ),
];
for (const [file, condition] of said) {
  forget(`src/features/${file}`, (text) => text.replace(condition, 'undefined'));
}

/** The sweep in the copy, by a few of the cast. */
async function sweepWith(rowSecurity: boolean): Promise<string[]> {
  const fixture = 'test/sweeps/a-few.fixture.ts';
  const { TEST_DATABASE_URL: url } = process.env;
  const env = url ? { TEST_DATABASE_URL: url } : {};
  const sweep = start(process.execPath, [fixture, String(rowSecurity)], { cwd: folder, env });
  const [, found = ''] = await sweep.says(/^found (.*)\n/m, 300_000);
  return JSON.parse(found);
}

const [withPolicies, without] = await Promise.all([sweepWith(true), sweepWith(false)]);

test('where statements forget whose rows they are about, policies let nobody see or change another’s', () => {
  // A policy refuses what is added by an error, which a service that forgot to ask does not expect.
  const leaks = withPolicies.filter((sentence) => !/ answers 500 /.test(sentence));
  assert.deepEqual(leaks, []);
});

test('where policies are switched off as well, another’s rows are shown, changed and given away', () => {
  const seen = (pattern: RegExp) => without.filter((sentence) => pattern.test(sentence));
  const shown = { tasks: 'bob', items: 'bob', 'api-keys': 'bob', organizations: 'x' };
  for (const [noun, whose] of Object.entries(shown)) {
    const shows = seen(new RegExp(`^ada: GET \\S*/${noun}\\S* shows canary-of-${whose}$`));
    assert.ok(shows.length > 0, `no ${noun} are shown`);
  }
  for (const pattern of [/changes tasks/, /removes items/, /adds tasks/, /changes sessions/]) {
    assert.ok(seen(pattern).length > 0, `nothing ${pattern}`);
  }
});
