/** The page of a letter is what its template says now: the server reads the page, and has no MJML. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compile, pageOf, templatesOf } from '../emails/compile.ts';

async function wrong(root: string, template: string): Promise<string[]> {
  const page = pageOf(template);
  let html: string;
  try {
    html = await compile(root, template);
  } catch (error) {
    return [`${template}:1: does not compile: ${(error as Error).message.split('\n')[0]}`];
  }
  const kept = path.join(root, page);
  if (!existsSync(kept)) return [`${page}:1: is missing; run npm run emails`];
  if (readFileSync(kept, 'utf8') === html) return [];
  return [`${page}:1: is not what ${template} says now; run npm run emails`];
}

/** @returns a sentence for every template and page that disagree */
export async function emails(root: string): Promise<string[]> {
  const templates = templatesOf(root);
  const pages = new Set(templates.map(pageOf));
  const orphans = globSync('src/features/*/*.html', { cwd: root })
    .filter((page) => !pages.has(page))
    .sort()
    .map((page) => `${page}:1: has no template; delete it, or write its .mjml`);
  const found = await Promise.all(templates.map((template) => wrong(root, template)));
  return [...found.flat(), ...orphans];
}
