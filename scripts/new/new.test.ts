/** The generator: a new resource is whole from its first minute. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { renamer } from './rename.ts';

const root = path.join(import.meta.dirname, '../..');
const left = new Set(['node_modules', '.git', 'data', 'coverage']);

const copy = mkdtempSync(path.join(tmpdir(), 'plinth-new-'));
after(() => rmSync(copy, { recursive: true, force: true }));
for (const entry of readdirSync(root).filter((name) => !left.has(name))) {
  cpSync(path.join(root, entry), path.join(copy, entry), { recursive: true });
}
symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));

/** Runs a program of the copy; what it printed comes with a failure. */
async function run(...args: string[]) {
  const env: NodeJS.ProcessEnv = { ...process.env, FUZZ_RUNS: '10', FUZZ_ONLY: 'invoices-list' };
  delete env.NODE_TEST_CONTEXT; // a test run of its own, not a part of this one
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: copy, env });
  return stdout;
}

test('a generated feature passes its tests, the sweeps and the checks untouched', async () => {
  await run('scripts/new.ts', 'invoice');
  await run('plinth.js', 'migrate', 'generate', 'add invoices');
  await run('--test', 'src/features/invoices/invoices.test.ts');
  const tests = await run(
    '--test',
    '--test-name-pattern=/invoices|^every /', // what is said of the others is not changed by this one
    'src/platform/db/policies.test.ts',
    'test/sweeps/{anonymous,editions,fuzz,idempotency,lists,tenants}.test.ts',
  );
  assert.match(tests, /whatever is sent to invoices-list, the answer is as described/);
  assert.match(tests, /invoices-create is done once, however often it is sent/);
  assert.match(tests, /invoices-update changes no edition but the one that was seen/);
  assert.match(tests, /invoices is empty to who is not told, and takes nothing/);
  await run('scripts/check.ts');

  const [script = ''] = globSync('migrations/*_add_invoices/up.sql', { cwd: copy });
  const migration = readFileSync(path.join(copy, script), 'utf8');
  assert.match(migration, /"invoices" FORCE ROW LEVEL SECURITY/);
  for (const done of ['read', 'add', 'change', 'remove']) {
    assert.match(migration, new RegExp(`CREATE POLICY "invoices_${done}"`));
  }

  const registry = readFileSync(path.join(copy, 'src/features.ts'), 'utf8');
  assert.match(registry, /\w,\s+invoices,?\s+\];/);
  const files = readdirSync(path.join(copy, 'src/features/invoices'));
  assert.deepEqual(files.sort(), ['invoices.test.ts', 'model.ts', 'routes.ts', 'service.ts']);
});

test('a name that is taken, or is no noun, changes nothing', async () => {
  await assert.rejects(run('scripts/new.ts', 'task'), /There is a feature tasks already/);
  await assert.rejects(run('scripts/new.ts', 'Big Invoice'), /Usage/);
  await assert.rejects(run('scripts/new.ts', '../x'), /Usage/);
});

test('a noun of two words is spelled as each place spells it', () => {
  const rename = renamer('purchase-order', 'purchase-orders');
  assert.equal(
    rename("'/items/:id', 'items:read'"),
    "'/purchase-orders/:id', 'purchase-orders:read'",
  );
  assert.equal(rename("plinth.table('items'"), "plinth.table('purchase_orders'");
  assert.equal(
    rename("(404, 'item_not_found', 'There is no such item')"),
    "(404, 'purchase_order_not_found', 'There is no such purchase order')",
  );
  assert.equal(rename("summary: 'Create an item'"), "summary: 'Create a purchase order'");
  assert.equal(rename('items.list(Item)'), 'purchaseOrders.list(PurchaseOrder)');
  assert.equal(
    rename('/** Items: the door. @throws ItemNotFound */'),
    '/** Purchase orders: the door. @throws PurchaseOrderNotFound */',
  );
});

test('an article fits its noun', () => {
  assert.equal(renamer('entry', 'entries')("'Delete an item'"), "'Delete an entry'");
  assert.equal(renamer('company', 'companies')("'items'"), "'companies'");
});
