/** HTML as a template: whatever is put into it is text, unless it is HTML made here. */

export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

type Value = string | number | Html | readonly Html[] | undefined;

function written(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return String(value).replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);
}

export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(
    strings.map((string, at) => string + (at < values.length ? written(values[at]) : '')).join(''),
  );
