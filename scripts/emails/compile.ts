/** MJML made into the HTML that is committed beside it: a page for mail programs, with names in braces. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Every template of the features. */
export const templatesOf = (root: string): string[] =>
  globSync('src/features/*/*.mjml', { cwd: root }).sort();

export const pageOf = (template: string): string => template.replace(/\.mjml$/, '.html');

/** @throws where MJML finds something wrong */
export async function compile(root: string, template: string): Promise<string> {
  const { default: mjml2html } = await import('mjml');
  const filePath = path.join(root, template);
  const { html } = await mjml2html(readFileSync(filePath, 'utf8'), {
    filePath,
    validationLevel: 'strict',
    keepComments: false,
    // Letters load nothing: without this a font that is named is fetched from another host.
    fonts: {},
  });
  return tidied(html);
}

/** Small, and still a line for each tag, so that a change can be read. */
const tidied = (html: string) =>
  html
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/\s+/g, ' ').replace(/ (?=\/?>$)/, ''))
    .split('\n')
    .flatMap((line) => line.trim() || [])
    .join('\n')
    .concat('\n');
