/** Where in a page a value is to stand, and how it is written there so that it stays a value. */

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

/** Attributes that are words; in others a value could do something. */
const words = new Set(['alt', 'aria-label', 'dir', 'lang', 'title']);

/** Where HTML is something else than text and tags. */
const foreign = /<!--|<(style|script)\b/gi;

/**
 * @param at where in the page the value begins
 * @returns what writes a value there
 * @throws where no escaping would keep it a value
 */
export function placeOf(page: string, at: number): (text: string) => string {
  const before = page.slice(0, at);
  for (const { index, 1: tag } of before.matchAll(foreign)) {
    const end = tag ? `</${tag}` : '-->';
    if (!before.toLowerCase().includes(end.toLowerCase(), index)) {
      throw new Error(`a value inside ${tag ? `<${tag}>` : 'a comment'}`);
    }
  }
  const tag = before.slice(before.lastIndexOf('<'));
  if (/^<[^"]*("[^"]*"[^"]*)*>/.test(tag) || !tag.startsWith('<')) return escaped;
  const [, name = '', start] = /\s([\w-]+)="([^"]*)$/.exec(tag) ?? [];
  if (words.has(name)) return escaped;
  if (name === 'href' && start === '' && /^\{\{[^}]+\}\}"/.test(page.slice(at))) return linked;
  throw new Error(`a value in the attribute ${name || 'of a tag'}`);
}

/** @throws for a link that is none of the web */
function linked(url: string): string {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new Error('a link that does not begin with http:// or https://');
  }
  return escaped(url);
}
