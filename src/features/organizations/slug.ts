/** Organizations: a slug made of a name. */
import { randomBytes } from 'node:crypto';

const longest = 64;

/** What is left of the name in ASCII: accents go, and what has no letter of it leaves a hyphen. */
export function slugOf(name: string): string {
  const ascii = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = ascii.match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, longest).replace(/-$/, '') || randomWord();
}

/** The same, and not taken: with a word at its end that nobody else has. */
export function otherSlug(slug: string): string {
  const word = randomWord();
  const rest = slug.slice(0, longest - word.length - 1).replace(/-$/, '');
  return `${rest}-${word}`;
}

const randomWord = () => randomBytes(5).toString('hex');
