/** Writes the pages of all templates, where they changed: `npm run emails`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compile, pageOf, templatesOf } from './compile.ts';

const root = path.resolve(import.meta.dirname, '../..');
for (const template of templatesOf(root)) {
  const page = path.join(root, pageOf(template));
  const html = await compile(root, template);
  if (!existsSync(page) || readFileSync(page, 'utf8') !== html) writeFileSync(page, html);
}
