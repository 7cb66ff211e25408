/**
 * A template: a page with names in double braces, read once and filled many times. `{{name}}` is a value,
 * `{{#name}} … {{/name}}` stands for each entry of a list, or once for what is there at all; inside it
 * `{{.}}` is the entry. Every value is escaped, and there is no way to say otherwise.
 */
import { readFileSync } from 'node:fs';
import type { Template, Value, Values } from '#kernel/letter.ts';
import { placeOf } from './place.ts';

/** From the innermost entry outwards. */
type Scope = readonly [Value, ...Value[]];
type Part = (scope: Scope) => string;

const braces = /(?<!\{)\{\{\s*([#/]?)\s*([\w.]+)\s*\}\}(?!\})/g;

/** @param page the HTML beside the caller, compiled by `npm run emails` */
export const templateAt = (page: URL): Template => template(readFileSync(page, 'utf8'));

/** @throws where the page is not whole, or a value would stand where escaping does not help */
export function template(page: string): Template {
  const root: Part[] = [];
  const open: { name: string; parts: Part[] }[] = [];
  const add = (part: Part) => (open.at(-1)?.parts ?? root).push(part);
  let end = 0;
  for (const { index, 0: whole, 1: sign, 2: name = '' } of page.matchAll(braces)) {
    const before = page.slice(end, index);
    end = index + whole.length;
    add(() => before);
    if (sign === '#') open.push({ name, parts: [] });
    else if (sign === '/') {
      const section = open.pop();
      if (section?.name !== name) throw new Error(`{{/${name}}} closes nothing that is open`);
      add(repeated(name, section.parts));
    } else add(filled(name, placeOf(page, index)));
  }
  const rest = page.slice(end);
  const [left] = open;
  if (left) throw new Error(`{{#${left.name}}} is never closed`);
  if (page.replace(braces, '').includes('{{')) throw new Error('braces that are no name');
  add(() => rest);
  return (values) => joined(root, [values]);
}

const joined = (parts: readonly Part[], scope: Scope) => parts.map((part) => part(scope)).join('');

function repeated(name: string, parts: readonly Part[]): Part {
  return (scope) => {
    const value = found(name, scope);
    if (value === undefined) return '';
    const entries = (Array.isArray(value) ? value : [value]) as readonly Value[];
    return entries.map((entry) => joined(parts, [entry, ...scope])).join('');
  };
}

function filled(name: string, write: (text: string) => string): Part {
  return (scope) => {
    const value = found(name, scope);
    if (typeof value !== 'string') throw new Error(`nothing is given for {{${name}}}`);
    return write(value);
  };
}

/** What the innermost entry that knows the name says. */
function found(name: string, scope: Scope): Values[string] {
  if (name === '.') return scope[0];
  const knows = (entry: Value): entry is Values =>
    typeof entry === 'object' && Object.hasOwn(entry, name);
  return scope.find(knows)?.[name];
}
