/** A letter: what a feature has to say to somebody by e-mail, before it is plain text and a page. */
import type { Settings } from './ports.ts';

/** What letters are written in. Add one here, and the compiler names every text that is missing. */
export const languages = ['en'] as const;
export type Language = (typeof languages)[number];

export type Letter = {
  /** What it is about, such as `password-reset`: rows carry it, so it never changes. */
  readonly kind: string;
  readonly language: Language;
  /** One line. */
  readonly subject: string;
  /** What a list of letters shows beside the subject; the first paragraph unless given. */
  readonly preview?: string;
  readonly greeting: string;
  /** Sentences; whatever a person typed into them is escaped. */
  readonly paragraphs: readonly string[];
  /** What happened, in particulars. */
  readonly facts?: readonly { readonly label: string; readonly value: string }[];
  /** What the reader is to do, and where. */
  readonly action?: { readonly label: string; readonly url: string };
  /** What stands below the action, such as how long it works. */
  readonly closing?: string;
  /** Why the reader gets it. */
  readonly why: string;
  /** Whether the reader may ask for no more of its kind: somebody else chose to write to them. */
  readonly mayDecline?: true;
  /** A page of the feature's own, instead of the one all letters share. */
  readonly page?: { readonly template: Template; readonly values?: Values };
};

/** What a template shows: a text, something with parts, or a list; what is undefined is left out. */
export type Values = { readonly [name: string]: Value | readonly Value[] | undefined };
export type Value = string | Values;

/** Fills values into a page, each of them escaped. */
export type Template = (values: Values) => string;

/** A letter of a feature as an example, for previews and for the test of all letters. */
export type LetterSample = (settings: Settings) => Letter;
