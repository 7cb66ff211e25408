/** A letter as it is sent: in plain text, and as a page that says the same. */
import type { Letter, Values } from '#kernel/letter.ts';
import { phrases } from './phrases.ts';
import { plain, wrapped } from './plain.ts';
import { templateAt } from './template.ts';

export type Parts = { readonly text: string; readonly html: string };

type Way = {
  /** The name of the project. */
  readonly sender: string;
  /** Where the reader says that they want no more letters of the kind. */
  readonly declineUrl?: string | undefined;
};

const shared = templateAt(new URL('./letter.html', import.meta.url));

/** The two parts of a letter. */
export function partsOf(letter: Letter, { sender, declineUrl }: Way): Parts {
  const { direction, otherwise, decline } = phrases[letter.language];
  const { template, values } = letter.page ?? { template: shared };
  const said: Said = {
    sender: plain(sender),
    preview: plain(letter.preview ?? letter.paragraphs[0] ?? ''),
    greeting: plain(letter.greeting),
    paragraphs: letter.paragraphs.map(plain),
    facts: letter.facts?.length
      ? {
          each: letter.facts.map(({ label, value }) => ({
            label: plain(label),
            value: plain(value),
          })),
        }
      : undefined,
    closing: letter.closing && plain(letter.closing),
    why: plain(letter.why),
    action: letter.action && {
      label: plain(letter.action.label),
      url: letter.action.url,
      otherwise,
    },
    decline: declineUrl ? { label: decline, url: declineUrl } : undefined,
  };
  const { language, subject } = letter;
  const html = template({ ...values, ...said, language, direction, subject: plain(subject) });
  return { html, text: textOf(said) };
}

/** What both parts say. */
type Said = Values & {
  readonly sender: string;
  readonly preview: string;
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  readonly facts:
    | { readonly each: readonly { readonly label: string; readonly value: string }[] }
    | undefined;
  readonly closing: string | undefined;
  readonly why: string;
  readonly action:
    | { readonly label: string; readonly url: string; readonly otherwise: string }
    | undefined;
  readonly decline: { readonly label: string; readonly url: string } | undefined;
};

/** A link stands on a line of its own, whole, or mail programs would cut it. */
function textOf({
  greeting,
  paragraphs,
  facts,
  action,
  closing,
  sender,
  why,
  decline,
}: Said): string {
  const link = ({ label, url }: { label: string; url: string }) =>
    `${wrapped(`${label}:`)}\n${url}`;
  const body = [
    ...[greeting, ...paragraphs].map(wrapped),
    ...(facts
      ? [facts.each.map(({ label, value }) => wrapped(`${label}: ${value}`)).join('\n')]
      : []),
    ...(action ? [link(action)] : []),
    ...(closing ? [wrapped(closing)] : []),
  ];
  const foot = [wrapped(why), ...(decline ? [link(decline)] : [])];
  // "-- " alone on a line: what follows is not the letter itself, as mail programs know.
  return `${body.join('\n\n')}\n\n-- \n${sender}\n\n${foot.join('\n\n')}\n`;
}
