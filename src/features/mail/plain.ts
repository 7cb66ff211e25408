/** Words as they stand in a letter: on one line, in the order they are read. */

/** Control characters, line ends of every kind, and marks that write what follows the other way round. */
const invisible = /[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]+/gu;

/** Nothing in it ends a line, a header, or the direction of the text around it. */
export const plain = (words: string): string =>
  words.replace(invisible, ' ').replace(/ {2,}/g, ' ').trim();

/** So many characters stand in a line of the plain text. */
const width = 72;

/** Breaks the line between words; a word that is longer stays whole. */
export function wrapped(words: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(' ')) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].join('\n');
}
