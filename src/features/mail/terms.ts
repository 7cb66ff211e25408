/** What somebody looks for in the mailbox, in the words of Mailpit's search. */

const fields = ['to', 'from', 'subject', 'addressed'] as const;

export type Term = {
  /** Where it is to stand; anywhere in the letter unless said. */
  readonly field: (typeof fields)[number] | 'anywhere';
  /** In lower case. */
  readonly text: string;
  /** It is not to stand there. */
  readonly isNot: boolean;
};

/** Blanks part words, unless quotation marks stand around them; these are no part of a word. */
const word = /(?:"[^"]*"?|[^\s"])+/g;

const prefixed = new RegExp(`^(?:(${fields.join('|')}):)?(.*)$`, 'is');

/** Words and "quoted phrases", each of which `to:`, `from:` or `subject:` may precede, and `-` or `!`. */
export const termsOf = (query: string): Term[] =>
  [...query.matchAll(word)].flatMap(([given]) => {
    const isNot = /^[-!]./.test(given);
    const [, field = 'anywhere', rest = ''] =
      prefixed.exec(given.slice(isNot ? 1 : 0).replaceAll('"', '')) ?? [];
    const text = plain(rest);
    // A sign alone is looked for nowhere.
    if (!/[\p{L}\p{N}]/u.test(text)) return [];
    return [{ field: field.toLowerCase() as Term['field'], text, isNot }];
  });

/** How texts are compared: in lower case, and wherever a line ends. */
export const plain = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase();
