/** npm run new -- invoice: a new feature is the items feature under another name. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renamer } from './new/rename.ts';

const root = path.join(import.meta.dirname, '..');
const [one = '', many = `${one}s`] = process.argv.slice(2);
const noun = /^[a-z]+(-[a-z]+)*$/;

if (!noun.test(one) || !noun.test(many) || one === many) {
  console.error('Usage: npm run new -- <noun> [plural], such as invoice, or company companies');
  process.exit(2);
}

const folder = path.join(root, 'src/features', many);
if (existsSync(folder)) {
  console.error(`There is a feature ${many} already; nothing was changed.`);
  process.exit(1);
}

const rename = renamer(one, many);
cpSync(path.join(root, 'src/features/items'), folder, { recursive: true });
renameSync(path.join(folder, 'items.test.ts'), path.join(folder, `${many}.test.ts`));
for (const file of globSync(path.join(folder, '*.ts'))) {
  writeFileSync(file, rename(readFileSync(file, 'utf8')));
}

const registry = path.join(root, 'src/features.ts');
const name = rename('items');
const registered = readFileSync(registry, 'utf8')
  .replace(/\n\n(?=export default)/, `\nimport ${name} from './features/${many}/routes.ts';\n\n`)
  .replace(/(export default \[[^\]]*?),?\s*\]/, `$1, ${name}]`);
writeFileSync(registry, registered);

const run = (...command: string[]) =>
  execFileSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
run('node_modules/@biomejs/biome/bin/biome', 'check', '--write', folder, registry);
writeFileSync(path.join(root, 'openapi.json'), run('plinth.js', 'openapi'));
run('scripts/problems.ts');

console.log(`Made src/features/${many}. Now:
  1. edit its columns and schemas in model.ts, and who may see a row in service.ts
  2. npm run migrate -- generate "add ${many.replaceAll('-', ' ')}", and read what it wrote
  3. npm run openapi; npm test; npm run check`);
