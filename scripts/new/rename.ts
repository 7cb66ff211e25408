/** The text of the items feature in the words of another noun. */

/** A noun as each place spells it. */
function spellings(kebab: string) {
  const words = kebab.replaceAll('-', ' ');
  const pascal = kebab.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase());
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  const sentence = words.charAt(0).toUpperCase() + words.slice(1);
  return { kebab, words, sentence, pascal, camel, snake: kebab.replaceAll('-', '_') };
}

/** Comments and strings; those with a space in them are what a person reads. */
const texts = /\/\*\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`\n]*`/g;

/**
 * @param singular lower case, words joined by hyphens
 * @param plural likewise; its folder, its path, its tag
 */
export function renamer(singular: string, plural: string): (text: string) => string {
  const one = spellings(singular);
  const many = spellings(plural);
  const article = /^[aeiou]/.test(singular) ? 'an' : 'a';
  const readable = (text: string) =>
    text
      .replace(/\ban item\b/g, `${article} ${one.words}`)
      .replace(/\bitems\b/g, many.words)
      .replace(/\bItems\b/g, many.sentence)
      .replace(/\bitem\b/g, one.words)
      .replace(/\bItem\b/g, one.sentence);
  return (text) =>
    text
      .replace(/(['/])items(?=[/:.])/g, `$1${many.kebab}`) // paths, permissions, statements
      .replace(/name: 'items'/g, `name: '${many.kebab}'`)
      .replace(/'items'/g, `'${many.snake}'`)
      .replace(/'items_/g, `'${many.snake}_`)
      .replace(/'item_/g, `'${one.snake}_`)
      .replace(texts, (found) => (found.includes(' ') ? readable(found) : found))
      .replace(/\bitems\b/g, many.camel)
      .replace(/\bItems/g, many.pascal)
      .replace(/\bitem\b/g, one.camel)
      .replace(/\bItem/g, one.pascal);
}
