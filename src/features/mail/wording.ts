/** Wordings of letters: a catalogue of them for each language, and the letter that is made of one. */
import { type Language, type Letter, languages } from '#kernel/letter.ts';
import { phrases } from './phrases.ts';
import { plain } from './plain.ts';

/** All the words of a letter that are its own. */
export type Wording = Pick<
  Letter,
  'subject' | 'preview' | 'paragraphs' | 'facts' | 'closing' | 'why'
> & {
  /** What stands on the button. */
  readonly action?: string;
};

/** Wordings by kind; each is a function of what it tells of. */
type Catalogue = Readonly<Record<string, (told: never) => Wording>>;

/** The same catalogue in every language: one that lacks a letter does not compile. */
export type Texts<English extends Catalogue> = Readonly<Record<Language, English>>;

type Way = Pick<Letter, 'mayDecline' | 'page'> & {
  /** Where the button leads; without it there is none. */
  readonly url?: string;
  /** What the reader reads, as a language tag such as `de-AT`. */
  readonly reads?: string;
};

/** The language of ours that is nearest to a language tag: the first one, where none is near. */
export const languageFor = (tag = ''): Language =>
  languages.find((language) => language === tag.toLowerCase().split('-')[0]) ?? languages[0];

/** What writes the letters of a feature: each by its kind, of what it tells. */
export const writer =
  <English extends Catalogue>(texts: Texts<English>) =>
  <Kind extends keyof English & string>(
    kind: Kind,
    told: Parameters<English[Kind]>[0],
    { url, reads, ...way }: Way = {},
  ): Letter => {
    const language = languageFor(reads);
    const {
      action: label,
      subject,
      ...wording
    } = (texts[language][kind] as English[Kind])(told as never);
    return {
      ...{ kind, language, ...wording, ...way },
      subject: plain(subject),
      greeting: phrases[language].greeting,
      ...(label && url && { action: { label, url } }),
    };
  };
