/** The page of the mailbox: letters beside the one that is open. It works without its script, too. */
import { type Html, html } from './html.ts';
import type { Kept } from './mailbox.ts';
import { snippetOf } from './mailpit.ts';

export const views = ['html', 'text', 'source'] as const;
export type View = (typeof views)[number];

const labels: Readonly<Record<View, string>> = {
  html: 'Letter',
  text: 'Plain text',
  source: 'Source',
};

/** What of the mailbox is shown. */
export type Shown = {
  readonly project: string;
  readonly query: string;
  readonly letters: readonly Kept[];
  readonly found: number;
  readonly total: number;
  readonly open?: { readonly letter: Kept; readonly view: View; readonly source: string };
  /** An id that is none of a letter. */
  readonly isMissing: boolean;
};

/** Where a letter is shown, or the list alone. */
function pathTo({ query }: Shown, id?: string, view?: View) {
  const asked = new URLSearchParams();
  if (query) asked.set('query', query);
  if (id) asked.set('id', id);
  if (view && view !== 'html') asked.set('view', view);
  return asked.size > 0 ? `/?${asked}` : '/';
}

const time = (at: string) =>
  html`<time datetime="${at}">${at.slice(0, 16).replace('T', ' ')}</time>`;

function row(shown: Shown, letter: Kept) {
  const isOpen = shown.open?.letter.id === letter.id;
  return html`<li><a href="${pathTo(shown, letter.id)}"${isOpen ? html` aria-current="true"` : undefined}>
<span class="to">${letter.recipient}</span> ${time(letter.created_at)}
<span class="subject">${letter.subject}</span>
<span class="snippet">${snippetOf(letter.text)}</span></a></li>
`;
}

function list(shown: Shown) {
  if (shown.letters.length > 0) {
    return html`<ol>${shown.letters.map((letter) => row(shown, letter))}</ol>`;
  }
  return shown.total === 0
    ? html`<p class="empty">No letters yet. What the server writes appears here by itself.</p>`
    : html`<p class="empty">No letter matches.</p>`;
}

function countOf({ found, total, query }: Shown) {
  if (query) return `${found} of ${total}`;
  return total === 1 ? '1 letter' : `${total} letters`;
}

function letterPane(shown: Shown) {
  if (!shown.open) {
    const said = shown.isMissing ? 'This letter is gone.' : 'Choose a letter.';
    return html`<p class="empty">${said}</p>`;
  }
  const { letter, view } = shown.open;
  const tabs = views.map(
    (one) =>
      html`<a href="${pathTo(shown, letter.id, one)}"${one === view ? html` aria-current="page"` : undefined}>${labels[one]}</a>`,
  );
  return html`<a class="back" href="${pathTo(shown)}">← All letters</a>
<h2>${letter.subject}</h2>
<dl>
<dt>From</dt><dd>${letter.from.name} &lt;${letter.from.address}&gt;</dd>
<dt>To</dt><dd>${letter.recipient}</dd>
<dt>Written</dt><dd>${time(letter.created_at)}</dd>
<dt>Kind</dt><dd>${letter.kind}, ${letter.state}</dd>
</dl>
<nav>${tabs}</nav>
${body(shown.open)}`;
}

function body({ letter, view, source }: NonNullable<Shown['open']>) {
  if (view === 'text') return html`<pre>${letter.text}</pre>`;
  if (view === 'source') return html`<pre>${source}</pre>`;
  return html`<iframe title="The letter" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/view/${letter.id}.html?embed=1"></iframe>`;
}

export const page = (shown: Shown): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${countOf(shown)} · ${shown.project} mailbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/mailbox.css">
<script type="module" src="/mailbox.js"></script>
</head>
<body${shown.open || shown.isMissing ? html` class="reading"` : undefined}>
<header>
<h1><a href="/">${shown.project} <span>mailbox</span></a></h1>
<form role="search"><input type="search" name="query" value="${shown.query}" placeholder="Search: words, to:, subject:" aria-label="Search" autocomplete="off"></form>
<p id="count" role="status">${countOf(shown)}</p>
</header>
<main>
<section id="letters" aria-label="Letters">${list(shown)}</section>
<article aria-label="Letter">${letterPane(shown)}</article>
</main>
</body>
</html>
`;
