/** Every letter of the registry, as an example: both parts whole, and nothing in them but words and links. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf } from '#features/mail/service.ts';
import type { Letter } from '#kernel/letter.ts';
import { loadConfig } from '../src/config.ts';
import features from '../src/features.ts';

const settings = loadConfig({ PROJECT_NAME: 'Plinth' });
const samples = features.flatMap(({ letters = [] }) => letters);
const declineUrl = 'https://api.example.com/api/v1/emails/unsubscribe?token=a.b';
/** Gmail cuts off what is longer. */
const longestBytes = 102 * 1024;

const hostile = [
  `<img src=x onerror="alert(1)"> "quoted" 'single' & {{sender}}`,
  'a\r\nBcc: eve@example.com\u2028\u202Efdp.exe\u2066\u0000',
  '</td></table><script>alert(1)</script>',
] as const;
const [markup] = hostile;

/** The letter as it would be if everything in it were written by an enemy. */
const poisoned = (letter: Letter): Letter => ({
  ...letter,
  subject: hostile.join(' '),
  preview: hostile.join(' '),
  greeting: markup,
  paragraphs: hostile,
  facts: [{ label: markup, value: hostile[1] }],
  ...(letter.action && { action: { ...letter.action, label: markup } }),
  closing: hostile.join(' '),
  why: hostile.join(' '),
});

const tagsOf = (html: string) =>
  (html.match(/<[a-z][^>]*>/gi) ?? []).map((tag) => tag.split(' ')[0]);
const linksOf = (html: string) =>
  [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, url]) => url);

test('every feature that writes letters shows them, and none is there twice', () => {
  const kinds = new Set(samples.map((sample) => sample(settings).kind));
  const expected = [
    'verification',
    'password-reset',
    'email-change',
    'email-change-asked',
    'invitation',
  ];
  expected.push('new-account', 'password-changed', 'new-device', 'test', 'email-changed');
  expected.push('two-factor-on', 'two-factor-off');
  assert.deepEqual([...kinds].sort(), expected.sort());
});

for (const sample of samples) {
  const letter = sample(settings);
  const { kind, subject, preview = '', paragraphs, action, closing, why } = letter;
  const way = { sender: 'Plinth', declineUrl: letter.mayDecline && declineUrl };

  test(`${kind} says the same in both parts, and is whole`, () => {
    const { text, html } = partsOf(letter, way);
    const unwrapped = text.replace(/(?<=\S)\n(?=\S)/g, ' ');
    for (const words of [...paragraphs, closing ?? '', why]) {
      assert.ok(unwrapped.includes(words), words);
      assert.ok(html.replaceAll('&amp;', '&').includes(words), words);
    }
    assert.match(subject, /^\S.{5,78}\S$/);
    assert.ok(preview.length > 10 && preview.length < 110, preview);
    assert.doesNotMatch(`${subject}${text}${html}`, /\{\{|\}\}|undefined|\[object|NaN|null/);
    assert.match(html, /<html lang="en" dir="ltr"/);
    assert.doesNotMatch(html, /<script|<img|@import|url\(|<link/i);
    assert.ok(Buffer.byteLength(html) < longestBytes);
    const links = [action?.url, way.declineUrl].filter((url) => url !== undefined);
    assert.deepEqual(new Set(linksOf(html)), new Set(links));
    for (const url of links) {
      assert.match(url, /^https?:\/\//);
      assert.ok(text.split('\n').includes(url), 'a link stands on its own line');
    }
    for (const line of text.split('\n')) assert.ok(line.length <= 72 || links.includes(line), line);
  });

  test(`${kind} is harmless, whatever people typed`, () => {
    const plainly = partsOf(
      { ...letter, facts: [{ label: 'a', value: 'b' }], closing: 'c', paragraphs: ['a', 'b', 'c'] },
      way,
    );
    const { text, html } = partsOf(poisoned(letter), { ...way, sender: markup });
    assert.deepEqual(tagsOf(html), tagsOf(plainly.html), 'no tag comes of a word');
    assert.deepEqual(linksOf(html), linksOf(plainly.html));
    assert.doesNotMatch(html + text, /[\u202E\u2066\u2028\0\r]/);
    assert.match(text, /^a Bcc: eve@example.com fdp.exe$/m, 'it goes on in its line');
  });
}
