/** Templates: what is filled in stays a value, and what would not is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { template } from './template.ts';

test('a value is escaped, and braces in it are nothing', () => {
  const fill = template('<p title="{{name}}">{{name}}</p>');
  const signs = `<b>"Ada" & 'Co'</b>`;
  const safe = '&lt;b&gt;&quot;Ada&quot; &amp; &#39;Co&#39;&lt;/b&gt;';
  assert.equal(fill({ name: signs }), `<p title="${safe}">${safe}</p>`);
  assert.equal(fill({ name: '{{secret}} $& $1' }), fill({ name: '{{secret}} $& $1' }));
  assert.match(fill({ name: '{{secret}} $&amp;' }), />\{\{secret\}\} \$&amp;amp;</);
});

test('a section stands for each entry, for what has parts, and not for what is not there', () => {
  const list = template('{{#each}}[{{.}} of {{whole}}]{{/each}}');
  assert.equal(list({ each: ['a', 'b'], whole: 'c' }), '[a of c][b of c]');
  assert.equal(list({ each: [] }), '');
  const nested = template('{{#bill}}{{#lines}}{{name}} {{total}};{{/lines}}{{/bill}}');
  const lines = [{ name: 'Ink' }, { name: 'Paper', total: '2' }];
  assert.equal(nested({ bill: { total: '9', lines } }), 'Ink 9;Paper 2;');
  assert.equal(nested({}), '');
});

test('what is not given, or is no text, is an error and no gap', () => {
  for (const values of [{}, { name: undefined }, { name: ['a'] }, { name: { a: 'b' } }]) {
    assert.throws(() => template('{{name}}')(values), /nothing is given for \{\{name\}\}/);
  }
  assert.throws(() => template('{{constructor}}')({}), /nothing is given/);
});

test('a link is one of the web', () => {
  const fill = template('<a href="{{url}}">{{url}}</a>');
  assert.match(
    fill({ url: 'https://a.example/?a=1&b=2' }),
    /href="https:\/\/a\.example\/\?a=1&amp;b=2"/,
  );
  const wrong = [
    'javascript:alert(1)',
    ' https://a.example',
    '//a.example',
    'data:text/html,x',
    '',
  ];
  for (const url of wrong) assert.throws(() => fill({ url }), /a link that/, url);
});

const refused = [
  ['a section that is left open', '{{#a}}x', /never closed/],
  ['one that closes another', '{{#a}}{{#b}}{{/a}}{{/b}}', /closes nothing/],
  ['three braces', '<p>{{{a}}}</p>', /no name/],
  ['an ampersand', '<p>{{&a}}</p>', /no name/],
  ['a value in a style', '<style>p { color: {{a}} }</style>', /inside <style>/],
  ['a value in a script', '<script>{{a}}</script>', /inside <script>/],
  ['a value in a comment', '<!-- {{a}} -->', /inside a comment/],
  ['a value in a style of a tag', '<p style="color: {{a}}">x</p>', /attribute style/],
  ['a value in a handler', '<p onclick="{{a}}">x</p>', /attribute onclick/],
  ['a value that is an attribute', '<p {{a}}>x</p>', /attribute/],
  ['a value without quotes', '<a href={{a}}>x</a>', /attribute/],
  ['a link in parts', '<a href="https://a.example/{{a}}">x</a>', /attribute href/],
  ['an image that is told', '<img src="{{a}}">', /attribute src/],
] as const;

for (const [name, page, about] of refused) {
  test(`a template is refused for ${name}`, () => assert.throws(() => template(page), about));
}
