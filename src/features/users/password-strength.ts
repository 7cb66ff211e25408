/** Whether a new password is worth having: what is easily guessed is refused, with the reason. */
import type { TranslationKeys, ZxcvbnFactory } from '@zxcvbn-ts/core';
import { normal } from '#platform/crypto/foreign-password.ts';
import { WeakPassword } from './model.ts';

const shortest = 8;
const longest = 128;
/** Of five grades, 0 to 4: below this a patient attacker who is slowed down gets in. */
const leastScore = 2;
/** Weighing takes time that grows with the square of the length, on the event loop. */
const weighedLength = 40;
/** Shorter words of a name are found in too many passwords that are good. */
const shortestWord = 3;

type Why = keyof TranslationKeys['warnings'];

const reasons: Partial<Record<Why, string>> = {
  topTen: 'it is one of the first that everybody tries',
  topHundred: 'it is one of the first that everybody tries',
  common: 'it is a common password',
  similarToCommon: 'it is much like a common password',
  wordByItself: 'it is a single word',
  straightRow: 'it is a row of keys',
  keyPattern: 'it is a short pattern of keys',
  simpleRepeat: 'it repeats itself',
  extendedRepeat: 'it repeats itself',
  sequences: 'it is a sequence such as abc or 6543',
  recentYears: 'it is little more than a year',
  dates: 'it is little more than a date',
  userInputs: 'it is made of your e-mail address or your name',
};
const noReason = 'it is too short or too plain';

/** Read at the first new password, so that neither the start nor anything else waits for the lists. */
let loading: Promise<ZxcvbnFactory> | undefined;

async function load() {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
}

/**
 * Refuses a new password that is easily guessed: the common ones, those made of what is known of its
 * owner, and those that a few million tries would find.
 *
 * @param owned the owner's e-mail address and names
 * @param field of the body, for the problem to name
 * @throws WeakPassword
 */
export async function refuseWeak(
  password: string,
  owned: readonly (string | null | undefined)[],
  field: string,
): Promise<void> {
  const why = await weakness(password, wordsOf(owned));
  if (why === undefined) return;
  const errors = [{ loc: ['body', field], msg: why, type: WeakPassword.code }];
  throw WeakPassword(`${WeakPassword.title}: ${why}`, { errors });
}

async function weakness(typed: string, words: readonly string[]): Promise<string | undefined> {
  const { length } = [...typed]; // as the schema of a body counts
  if (length < shortest) return `it needs at least ${shortest} characters`;
  if (length > longest) return `it may have at most ${longest} characters`;
  const password = normal(typed);
  if (words.includes(password.toLowerCase())) return reasons.userInputs;
  loading ??= load();
  const { score, sequence, feedback } = (await loading).check(password.slice(0, weighedLength), [
    ...words,
  ]);
  // However its letters are dressed up, one word of a list is not a password.
  const isListed = sequence.length === 1 && sequence[0]?.pattern === 'dictionary';
  if (score >= leastScore && !isListed) return undefined;
  return reasons[feedback.warning as Why] ?? (isListed ? reasons.common : noReason);
}

/** What is known of the owner, whole and in parts, in lower case. */
function wordsOf(owned: readonly (string | null | undefined)[]): string[] {
  const known = owned.filter((text) => text != null).map((text) => normal(text).toLowerCase());
  const parts = known.flatMap((text) => [
    text.replace(/@[^@]*$/, ''),
    ...text.split(/[^\p{L}\p{N}]+/u),
  ]);
  return [...new Set([...known, ...parts])].filter((word) => word.length >= shortestWord);
}
