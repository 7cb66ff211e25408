/** A letter: what a feature has to say, in plain text and in HTML. */

export type Letter = {
  readonly subject: string;
  readonly greeting: string;
  /** Sentences; whatever a person typed into them is escaped. */
  readonly paragraphs: readonly string[];
  /** What the reader is to do, and where. */
  readonly action?: { readonly label: string; readonly url: string };
  /** What stands below the action, such as how long it works. */
  readonly closing?: string;
};

export type Parts = { readonly text: string; readonly html: string };

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);
const paragraph = (inner: string) => `<p>${inner}</p>`;

/** @param sender the name of the project */
export function partsOf({ greeting, paragraphs, action, closing }: Letter, sender: string): Parts {
  const below = closing ? [closing] : [];
  const text = [greeting, ...paragraphs, ...(action ? [action.url] : []), ...below, sender];
  const link = action ? [`<a href="${escaped(action.url)}">${escaped(action.label)}</a>`] : [];
  const html = [
    ...[greeting, ...paragraphs].map(escaped),
    ...link,
    ...[...below, sender].map(escaped),
  ];
  return {
    text: `${text.join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en"><body>\n${html.map(paragraph).join('\n')}\n</body></html>\n`,
  };
}
