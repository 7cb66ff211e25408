/** What a new password must be: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dictionary } from '@zxcvbn-ts/language-common';
import { Problem } from '#kernel/problem.ts';
import { WeakPassword } from './model.ts';
import { refuseWeak } from './password-strength.ts';

const owned = ['ada.lovelace@example.com', 'Ada Lovelace'];

/** The sentence that refuses it; undefined where it is taken. */
async function refusal(password: string, of: readonly (string | null)[] = owned) {
  try {
    await refuseWeak(password, of, 'password');
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Problem && error.kind === WeakPassword);
    assert.deepEqual(error.errors?.[0]?.loc, ['body', 'password']);
    return error.message;
  }
}

const refused = [
  ['too short', 'x7#Kq2!', /at least 8/],
  ['too long', 'correct horse '.repeat(10), /at most 128/],
  ['the first that is tried', 'password', /everybody tries/],
  ['a common one', 'sunshine1', /common/],
  ['a common one in capitals', 'SUNSHINE1', /common/],
  ['a common one dressed up', 'P@ssw0rd123', /common/],
  ['a common one and a bit', 'sunshine12', /common/],
  ['a common one in full-width letters', 'ｐａｓｓｗｏｒｄ', /everybody tries/],
  ['a row of keys', 'asdfghjkl;', /./],
  ['one letter', 'aaaaaaaaaaaa', /repeats/],
  ['one word many times', 'word'.repeat(32), /repeats/],
  ['a sequence', 'abcdefghij', /sequence/],
  ['a date', '12.11.1985', /date/],
  ['the own e-mail', 'Ada.Lovelace@Example.com', /e-mail/],
  ['what stands before its @', 'ada.lovelace', /e-mail/],
  ['the own name', 'ada lovelace', /name/],
  ['the own name without its gap', 'AdaLovelace', /name/],
  ['the own name backwards', 'ecalevol', /name/],
  ['the own name and a bit', 'lovelace1', /name/],
] as const;

for (const [name, password, why] of refused) {
  test(`${name} is refused: ${password.slice(0, 30)}`, async () => {
    assert.match((await refusal(password)) ?? 'taken', why);
  });
}

const taken = [
  'correct horse battery 9',
  'correct horse battery staple',
  'xq7Lm29z!k',
  'Übergrößenträger-7',
  'пароль который никто не знает',
  'ada likes 7 lemon trees',
  'a mountain and four rivers, and a very long road home until we are old, all of us: 128',
];

for (const password of taken) {
  test(`taken: ${password}`, async () => assert.equal(await refusal(password), undefined));
}

test('more than ten thousand common passwords are known, and none of them is taken', async () => {
  const common = dictionary['passwords-common'];
  assert.ok(common.length > 10_000, String(common.length));
  for (const password of common.filter((_, index) => index % 97 === 0)) {
    assert.ok(await refusal(password, []), password);
  }
});

test('who has no name may choose what others are called', async () => {
  assert.equal(await refusal('ada lovelace and I', ['x@example.com', null]), undefined);
});

test('an address longer than what is weighed is no password either', async () => {
  const email = `${'quite.a.long.way.to.say.it'.repeat(2)}@example.com`;
  assert.match((await refusal(email, [email])) ?? 'taken', /e-mail/);
});

test('what is refused is not in the answer', async () => {
  assert.doesNotMatch((await refusal('sunshine12')) ?? '', /sunshine/);
});
