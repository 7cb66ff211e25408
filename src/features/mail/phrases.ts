/** Mail: what the letters of all features say alike, in each language. */
import type { Language } from '#kernel/letter.ts';

/** Which way a language is written. */
type Direction = 'ltr' | 'rtl';

const longestInHours = 48;

const en = {
  direction: 'ltr' as Direction,
  greeting: 'Hello,',
  /** Above the bare address of a button. */
  otherwise: 'If the button does nothing, open this address in your browser:',
  /** What is to be pressed by who wants no more letters of a kind. */
  decline: 'Unsubscribe from letters like this one',
  /** How long a link is good. */
  lasting: (hours: number) => `The link works once, for ${spanOf(hours)}.`,
};

function spanOf(hours: number) {
  if (hours === 1) return 'an hour';
  return hours > longestInHours && hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`;
}

export const phrases: Readonly<Record<Language, typeof en>> = { en };
