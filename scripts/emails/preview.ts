/** The page on which letters are looked at: the list, one of them at two widths, and its text. */
import { template } from '#features/mail/template.ts';
import type { Shown } from './render.ts';

const page = template(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{subject}}</title>
<style>
body { margin: 0; display: grid; grid-template-columns: 300px 1fr; font: 15px/1.5 system-ui, sans-serif; color: #1f2430; }
nav { border-right: 1px solid #dcdfe5; min-height: 100vh; }
nav a { display: block; padding: 10px 20px; color: inherit; text-decoration: none; border-bottom: 1px solid #eef0f3; }
nav b { display: block; font-weight: 600; }
nav small, dt { color: #5d6472; }
nav a:hover, nav .current a { background: #eef2fd; }
main { padding: 24px 32px; overflow: auto; }
h1 { font-size: 20px; margin: 0 0 8px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0 0 16px; }
dd { margin: 0; }
iframe, pre { border: 1px solid #dcdfe5; border-radius: 8px; background: #fff; }
iframe { height: 760px; margin: 12px 12px 12px 0; }
.wide { width: 720px; }
.phone { width: 375px; }
pre { padding: 20px; max-width: 40em; white-space: pre-wrap; }
</style>
</head>
<body>
<nav>
{{#letters}}
{{#current}}<div class="current">{{/current}}<a href="{{url}}"><b>{{subject}}</b><small>{{feature}}: {{kind}}</small></a>{{#current}}</div>{{/current}}
{{/letters}}
</nav>
<main>
<h1>{{subject}}</h1>
<dl>
<dt>Kind</dt><dd>{{kind}}</dd>
<dt>Preview</dt><dd>{{preview}}</dd>
<dt>HTML</dt><dd>{{size}}</dd>
<dt>Look</dt><dd><a href="{{light}}">light</a> · <a href="{{dark}}">dark</a></dd>
</dl>
{{#framedLight}}<iframe class="wide" sandbox src="letter"></iframe><iframe class="phone" sandbox src="letter"></iframe>{{/framedLight}}
{{#framedDark}}<iframe class="wide" sandbox src="letter-dark"></iframe><iframe class="phone" sandbox src="letter-dark"></iframe>{{/framedDark}}
<pre>{{text}}</pre>
</main>
<script>new EventSource('/changes').onmessage = () => location.reload();</script>
</body>
</html>
`);

const broken = template(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>It does not compile</title></head>
<body>
<h1>It does not compile</h1>
<pre>{{what}}</pre>
<script>new EventSource('/changes').onmessage = () => location.reload();</script>
</body>
</html>
`);

type View = {
  readonly letters: readonly Shown[];
  /** Which of them. */
  readonly at: number;
  readonly isDark: boolean;
  /** Where the pages are. */
  readonly origin: string;
};

/** @returns undefined where there is no such letter */
export function previewOf({ letters, at, isDark, origin }: View): string | undefined {
  const letter = letters[at];
  if (!letter) return undefined;
  const { subject, kind, preview, text, html } = letter;
  const urlOf = (index: number) => `${origin}/${index}/`;
  return page({
    ...{ subject, kind, preview, text },
    size: `${(Buffer.byteLength(html) / 1024).toFixed(1)} KB; Gmail cuts off past 102`,
    light: urlOf(at),
    dark: `${urlOf(at)}dark`,
    ...(isDark ? { framedDark: {} } : { framedLight: {} }),
    letters: letters.map(({ feature, kind, subject }, index) => ({
      ...{ feature, kind, subject },
      url: urlOf(index),
      current: index === at ? {} : undefined,
    })),
  });
}

export const brokenPage = (what: string): string => broken({ what });

/** As a mail program shows it that is dark, whatever this browser is. */
export const darkened = (html: string): string =>
  html.replaceAll('(prefers-color-scheme: dark)', 'all');
