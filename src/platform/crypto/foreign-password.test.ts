/** Hashes that other programs made: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Algorithm, hash as argon2, type Options } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { hashPassword as betterAuth } from 'better-auth/crypto';
import { hashPassword, isOutdated, isPasswordHash, verifyPassword } from './password.ts';

const word = 'correct horse';
const crypt = (kind: string) => `${kind}06$abcdefghijklmnopqrstuud/5IuQmqhVO0kfNEbHJM.fJkPiliBzC`;
const argon = (options: Options) => argon2(word, options);

/** Made by other implementations: libxcrypt, the reference one of argon2, OpenSSL. */
const published = [
  ['$2a$ of bcrypt', word, crypt('$2a$')],
  ['$2b$ of bcrypt', word, crypt('$2b$')],
  ['$2y$ of bcrypt', word, crypt('$2y$')],
  [
    'bcrypt of letters beyond ASCII',
    'pässwörd',
    '$2b$06$abcdefghijklmnopqrstuuZRpgtdvy8sTei59Ltc5pdsksVO.fDZe',
  ],
  [
    'bcrypt of more than 72 bytes',
    'x'.repeat(80),
    '$2b$06$abcdefghijklmnopqrstuueHLWckpI7Ut91D6aWthlKy4VKsT9yUG',
  ],
  [
    'bcrypt of a password that is not in normal form',
    '\ufb01sh and chips',
    '$2b$06$abcdefghijklmnopqrstuu5ZxzkFkDC5W3eQSF7a.KmlSXQHfRtWu',
  ],
  [
    'argon2id with more memory than ours',
    'password',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ],
  [
    'argon2i, version 16',
    'password',
    '$argon2i$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ',
  ],
  [
    'argon2i that names no version, which is 16',
    'password',
    '$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ',
  ],
  [
    "Better Auth's scrypt",
    word,
    '000102030405060708090a0b0c0d0e0f:9372e2d20f7c9ba55e54d10569dfe24824c5765383f46b040e9ac7b33041339c514173900cb63a37c935c0e2f40cfe2cb39bee5fe58f54715c1fd913c4638373',
  ],
] as const;

const made = [
  ['bcrypt of cost 12', word, await bcrypt(word, 12)],
  [
    'argon2id as pwdlib makes it',
    word,
    await argon({ memoryCost: 65_536, timeCost: 3, parallelism: 4 }),
  ],
  ['argon2d', word, await argon({ algorithm: 0 satisfies Algorithm.Argon2d, memoryCost: 1_024 })],
  ["Better Auth's own", word, await betterAuth(word)],
  ["Better Auth's own in its normal form", 'cafe\u0301 \ufb01', await betterAuth('café fi')],
] as const;

for (const [name, password, stored] of [...published, ...made]) {
  test(`${name} verifies by its password only, and is to be made anew`, async () => {
    assert.equal(await verifyPassword(stored, password), true);
    assert.equal(await verifyPassword(stored, `${password.slice(0, -12)}wrong`), false);
    assert.equal(await verifyPassword(stored, ''), false);
    assert.deepEqual([isPasswordHash(stored), isOutdated(stored)], [true, true]);
  });
}

test('a hash of ours is not to be made anew', async () => {
  const stored = await hashPassword(word);
  assert.deepEqual([isPasswordHash(stored), isOutdated(stored)], [true, false]);
});

const salt = 'nSsFI+wZxguUchfmUc4uuA';
const digest = 'sf84+uk3bBKEa9ok4KVqZKE3JF91AAN+1aj+BxvOGt0';
const argonOf = (parameters: string) => `$argon2id$v=19$${parameters}$${salt}$${digest}`;
const none = {
  nothing: '',
  'a password': word,
  'a digest without a salt': 'a'.repeat(64),
  'bcrypt of a cost that takes minutes': crypt('$2b$').replace('$06$', '$20$'),
  'bcrypt of a cost that takes years': crypt('$2b$').replace('$06$', '$31$'),
  'bcrypt of no cost': crypt('$2b$').replace('$06$', '$03$'),
  'bcrypt as a broken version made it': crypt('$2x$'),
  'half of a bcrypt': crypt('$2b$').slice(0, -1),
  'a bcrypt and more': `${crypt('$2b$')}x`,
  'a bcrypt and a line': `${crypt('$2b$')}\n`,
  'argon2 with too much memory': argonOf('m=4194304,t=1,p=1'),
  'argon2 with too many passes': argonOf('m=65536,t=999,p=1'),
  'argon2 with too much of both': argonOf('m=262144,t=5,p=1'),
  'argon2 with too many lanes': argonOf('m=65536,t=1,p=99'),
  'argon2 with less memory than its lanes need': argonOf('m=7,t=1,p=4'),
  'argon2 with a key of its own': argonOf('m=65536,t=1,p=1,keyid=AAAA'),
  'argon2 without a digest': argonOf('m=65536,t=1,p=1').replace(digest, ''),
  'argon2 with an endless digest': `${argonOf('m=65536,t=1,p=1')}${'A'.repeat(100_000)}`,
  'argon2 of no whole base64': argonOf('m=65536,t=1,p=1').slice(0, -2),
  'argon2 of another kind': argonOf('m=65536,t=1,p=1').replace('argon2id', 'argon2x'),
  'scrypt of another length': `${'a'.repeat(32)}:${'b'.repeat(64)}`,
  'scrypt without a salt': `:${'b'.repeat(128)}`,
  'scrypt of no hexadecimal': `${'a'.repeat(32)}:${'x'.repeat(128)}`,
  'PBKDF2 of Django': 'pbkdf2_sha256$600000$salt$aGFzaA==',
};

for (const [name, stored] of Object.entries(none)) {
  test(`${name} is no hash, and matches nothing`, async () => {
    assert.equal(isPasswordHash(stored), false);
    for (const password of ['', word, stored]) {
      assert.equal(await verifyPassword(stored, password), false);
    }
  });
}
