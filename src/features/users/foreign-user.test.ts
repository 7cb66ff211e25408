/** Reading the accounts of another system: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#kernel/refusal.ts';
import { readUser } from './foreign-user.ts';

const hash = '$2b$06$abcdefghijklmnopqrstuud/5IuQmqhVO0kfNEbHJM.fJkPiliBzC';
const id = 'a3bb189e-8bf9-3888-9912-ace4e6543002';
const nothing = {
  id: null,
  full_name: null,
  password_hash: null,
  is_active: true,
  is_superuser: false,
  is_verified: false,
  had_two_factor: false,
  created_at: null,
};

const formats = {
  'the template': [
    {
      id: id.toUpperCase(),
      email: 'Ada@Example.com',
      full_name: 'Ada',
      is_active: false,
      is_superuser: true,
      hashed_password: hash,
    },
    {
      id,
      email: 'ada@example.com',
      full_name: 'Ada',
      is_active: false,
      is_superuser: true,
      password_hash: hash,
    },
  ],
  'Better Auth': [
    {
      id: 'kUf8s0mEr4nd0mText',
      email: 'ada@example.com',
      name: 'Ada',
      emailVerified: true,
      image: null,
      createdAt: '2024-05-01T10:00:00.123Z',
      twoFactorEnabled: true,
      accounts: [
        { providerId: 'github', password: null },
        { providerId: 'credential', password: hash },
      ],
    },
    {
      email: 'ada@example.com',
      full_name: 'Ada',
      is_verified: true,
      created_at: '2024-05-01T10:00:00.123Z',
      had_two_factor: true,
      password_hash: hash,
    },
  ],
  'Better Auth, from a database without booleans and with the password beside': [
    {
      email: 'ada@example.com',
      name: '',
      emailVerified: 0,
      banned: 1,
      createdAt: 1_714_557_600_123,
      password: hash,
    },
    {
      email: 'ada@example.com',
      is_active: false,
      created_at: '2024-05-01T10:00:00.123Z',
      password_hash: hash,
    },
  ],
  ours: [
    { email: 'ada@example.com', is_verified: true, password_hash: hash },
    { email: 'ada@example.com', is_verified: true, password_hash: hash },
  ],
  'an account that signs in elsewhere': [
    { email: 'ada@example.com', accounts: [{ providerId: 'google' }], hashed_password: null },
    { email: 'ada@example.com' },
  ],
} as const;

for (const [name, [given, read]] of Object.entries(formats)) {
  test(`an account is read as ${name} writes it`, () => {
    assert.deepEqual(readUser(given), { ...nothing, ...read });
  });
}

const instants = [
  ['2024-05-01 10:00:00.123456+00', '2024-05-01T10:00:00.123Z'],
  ['2024-05-01T12:00:00+02:00', '2024-05-01T10:00:00.000Z'],
  ['2024-05-01T15:30:00+0530', '2024-05-01T10:00:00.000Z'],
  ['2024-05-01T10:00:00', '2024-05-01T10:00:00.000Z'],
  ['2024-13-01T10:00:00Z', null],
  ['yesterday', null],
  ['2999-01-01T00:00:00Z', null],
  ['0001-01-01T00:00:00Z', null],
  [1_714_557_600, null],
  [true, null],
] as const;

for (const [created_at, read] of instants) {
  test(`made at ${created_at} is ${read ?? 'not known'}`, () => {
    assert.equal(readUser({ email: 'ada@example.com', created_at }).created_at, read);
  });
}

test('an id is kept where it is a UUID, but for those of nobody and of the server', () => {
  const idOf = (given: unknown) => readUser({ email: 'ada@example.com', id: given }).id;
  assert.equal(idOf(id), id);
  const own = ['00000000-0000-0000-0000-000000000000', 'FFFFFFFF-ffff-ffff-ffff-ffffffffffff'];
  for (const other of [...own, `${id}0`, 7, {}, null]) {
    assert.equal(idOf(other), null);
  }
});

const secret = 'hunter2-and-more';
const refused: readonly [string, unknown, RegExp][] = [
  ['null', null, /object/],
  ['a list', [{ email: 'ada@example.com' }], /object/],
  ['a text', secret, /object/],
  ['no e-mail', { name: secret }, /no email/],
  ['an empty e-mail', { email: '' }, /no email/],
  ['an e-mail that is a number', { email: 7 }, /no text/],
  ['an e-mail without a domain', { email: `${secret}@localhost` }, /no address/],
  ['an e-mail with a space', { email: 'ada @example.com' }, /no address/],
  ['an endless e-mail', { email: `${'a'.repeat(250)}@example.com` }, /no address/],
  ['a password that is not hashed', { email: 'ada@example.com', password: secret }, /hash/],
  ['an empty hash', { email: 'ada@example.com', hashed_password: '' }, /hash/],
  ['a hash that is a number', { email: 'ada@example.com', hashed_password: 7 }, /no text/],
  ['accounts that are no list', { email: 'ada@example.com', accounts: secret }, /no list/],
  ['a name that is a list', { email: 'ada@example.com', name: [secret] }, /no text/],
  ['a NUL character', { email: 'ada@example.com', name: `a\0${secret}` }, /NUL/],
  ['half a surrogate pair', { email: 'ada@example.com', name: `a\ud800${secret}` }, /surrogate/],
  ['an endless name', { email: 'ada@example.com', name: 'a'.repeat(256) }, /longer/],
  ['a maybe', { email: 'ada@example.com', is_superuser: 'true' }, /neither/],
];

for (const [name, value, why] of refused) {
  test(`${name} is refused, and the reason shows nothing of it`, () => {
    assert.throws(
      () => readUser(value),
      (error: Error) => {
        assert.ok(error instanceof Refusal);
        assert.match(error.message, why);
        return !error.message.includes('hunter2');
      },
    );
  });
}
