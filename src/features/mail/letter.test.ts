/** Letters: the language they are in, the page they bring, and the text of theirs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf } from './letter.ts';
import { template } from './template.ts';
import { languageFor, type Texts, writer } from './wording.ts';

const en = {
  bill: ({ number }: { number: string }) => ({
    subject: `Your bill ${number}`,
    paragraphs: [`This is your bill ${number}.`],
    action: 'Pay it',
    why: 'You bought something.',
  }),
};
const texts: Texts<typeof en> = { en };
const write = writer(texts);
const url = 'https://shop.example/bills/7?a=1&b=2';

test('a letter is written by its kind, and its subject is one line', () => {
  const letter = write('bill', { number: '7\r\nBcc: eve@example.com' }, { url, mayDecline: true });
  assert.equal(letter.subject, 'Your bill 7 Bcc: eve@example.com');
  assert.deepEqual(
    [letter.kind, letter.language, letter.mayDecline, letter.action],
    ['bill', 'en', true, { label: 'Pay it', url }],
  );
  assert.equal(write('bill', { number: '7' }).action, undefined, 'no button leads nowhere');
});

test('a letter is in the language that is nearest, or in the first', () => {
  const tags = ['en', 'en-GB', 'EN-us', 'xx', 'enm', '', undefined];
  for (const tag of tags) assert.equal(languageFor(tag), 'en', String(tag));
  assert.equal(write('bill', { number: '7' }, { reads: 'xx-YY' }).language, 'en');
});

test('a feature may bring a page of its own, which is filled as the other is', () => {
  const own = template(
    '{{sender}}: {{#paragraphs}}{{.}}{{/paragraphs}} {{#lines}}<b>{{.}}</b>{{/lines}}',
  );
  const values = { lines: ['Ink <1>', 'Paper'], sender: 'not this one' };
  const letter = write('bill', { number: '7' }, { page: { template: own, values } });
  const { html, text } = partsOf(letter, { sender: 'Shop' });
  assert.equal(html, 'Shop: This is your bill 7. <b>Ink &lt;1&gt;</b><b>Paper</b>');
  assert.match(text, /^Hello,\n\nThis is your bill 7\.\n\n-- \nShop\n\nYou bought something\.\n$/);
});

test('a link stands whole on its own line, and in the page it is one', () => {
  const { text, html } = partsOf(write('bill', { number: '7' }, { url }), { sender: 'Shop' });
  assert.match(text, /\n\nPay it:\nhttps:\/\/shop\.example\/bills\/7\?a=1&b=2\n\n/);
  assert.equal(html.match(/href="https:\/\/shop\.example\/bills\/7\?a=1&amp;b=2"/g)?.length, 2);
});

test('a letter whose button does not lead to the web is not written', () => {
  const letter = write('bill', { number: '7' }, { url: 'javascript:alert(1)' });
  assert.throws(() => partsOf(letter, { sender: 'Shop' }), /a link that/);
});
