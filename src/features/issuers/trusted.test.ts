/** Whom we trust: what of the configuration is refused at boot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Settings } from '#kernel/ports.ts';
import { Refusal } from '#kernel/refusal.ts';
import { loadConfig } from '../../config.ts';
import { trustedIssuers } from './trusted.ts';

const PUBLIC_URL = 'https://plinth.example.com';
const secret = 'a secret of thirty-two characters or more';
const settings = (more: Partial<Settings>): Settings => ({
  ...loadConfig({ PUBLIC_URL }),
  ...more,
});
const one = (issuer: object, ENVIRONMENT: Settings['ENVIRONMENT'] = 'development') => ({
  ENVIRONMENT,
  TRUSTED_ISSUERS: JSON.stringify([issuer]),
});
const sound = { issuer: 'https://id.example.com', jwks_url: 'https://id.example.com/jwks' };

const refused: [string, Partial<Settings>, RegExp][] = [
  ['what is no JSON', { TRUSTED_ISSUERS: '[{"hidden' }, /^TRUSTED_ISSUERS is not JSON/],
  ['what is no list', { TRUSTED_ISSUERS: '{}' }, /^TRUSTED_ISSUERS is wrong at \//],
  ['an issuer without a name', one({ ...sound, issuer: '' }), /at \/0\/issuer/],
  ['an issuer without keys', one({ issuer: 'x' }), /at \/0/],
  ['a field nobody knows', one({ ...sound, jwks: 'hidden' }), /at \/0/],
  ['an algorithm with a secret', one({ ...sound, algorithms: ['HS256'] }), /at \/0\/algorithms/],
  ['no algorithm', one({ ...sound, algorithms: [] }), /at \/0\/algorithms/],
  ['an audience that is empty', one({ ...sound, audience: '' }), /at \/0\/audience/],
  ['keys that are no address', one({ ...sound, jwks_url: 'hidden' }), /^TRUSTED_ISSUERS must hold/],
  ['keys in a file', one({ ...sound, jwks_url: 'file:///hidden' }), /^TRUSTED_ISSUERS must hold/],
  [
    'an address with a password',
    { BETTER_AUTH_URL: 'https://a:hidden@b.example.com' },
    /^BETTER_AUTH_URL must hold/,
  ],
  [
    'keys in the open',
    one({ ...sound, jwks_url: 'http://id.example.com' }, 'production'),
    /by https in production/,
  ],
  [
    'Better Auth with a query',
    { BETTER_AUTH_URL: 'https://id.example.com?hidden' },
    /^BETTER_AUTH_URL must hold no query/,
  ],
  [
    'Better Auth in the open',
    { ENVIRONMENT: 'staging', BETTER_AUTH_URL: 'http://id.example.com' },
    /^BETTER_AUTH_URL must be reached by https/,
  ],
  [
    'an issuer that is us',
    one({ ...sound, issuer: PUBLIC_URL }),
    /differ from each other and from us/,
  ],
  ['an issuer that is us but for a slash', { BETTER_AUTH_URL: `${PUBLIC_URL}/` }, /JWT_ISSUER/],
  [
    'an issuer that is us by its own name',
    { ...one({ ...sound, issuer: 'us' }), JWT_ISSUER: 'us' },
    /differ/,
  ],
  ['Better Auth beside us', { BETTER_AUTH_URL: `${PUBLIC_URL}/api/auth` }, /JWT_ISSUER/],
  ['one issuer twice', { TRUSTED_ISSUERS: JSON.stringify([sound, sound]) }, /differ/],
  ['one issuer by two variables', { ...one(sound), BETTER_AUTH_URL: sound.issuer }, /differ/],
  [
    'two secrets',
    { BETTER_AUTH_SECRET: secret, JWT_SECRET: `${secret}hidden` },
    /^JWT_SECRET is another name/,
  ],
  [
    'a public key for a secret',
    { JWT_SECRET: '-----BEGIN PUBLIC KEY-----hidden' },
    /must be a secret/,
  ],
  [
    'a published key for a secret',
    { JWT_SECRET: '{"kty":"OKP","hidden":"hidden and longer"}' },
    /must be a secret/,
  ],
];

for (const [name, given, sentence] of refused) {
  test(`stops the boot, and shows no value: ${name}`, () => {
    assert.throws(
      () => trustedIssuers(settings(given)),
      (error: Error) => {
        assert.ok(error instanceof Refusal);
        assert.match(error.message, sentence);
        assert.doesNotMatch(error.message, /hidden|example\.com/);
        return true;
      },
    );
  });
}

test('nobody is trusted where nobody is named', () => {
  assert.deepEqual(trustedIssuers(settings({})), {
    keySets: [],
    secret: undefined,
    keys: undefined,
  });
});

for (const url of [
  'http://localhost:3000',
  'http://127.0.0.1:3000',
  'http://web:3000',
  'http://auth.svc.internal',
]) {
  test(`inside a network, keys may come in the open: ${url}`, () => {
    const { keySets } = trustedIssuers(
      settings({ ENVIRONMENT: 'production', BETTER_AUTH_URL: url }),
    );
    assert.equal(keySets[0]?.jwksUrl, `${url}/api/auth/jwks`);
  });
}

test('Better Auth is its origin, wherever it is set up', () => {
  const id = 'https://id.example.com';
  for (const BETTER_AUTH_URL of [id, `${id}/`, `${id}/api/auth`, `${id}/api/auth/`]) {
    const { keySets, keys } = trustedIssuers(settings({ BETTER_AUTH_URL }));
    assert.deepEqual(keys, { name: id, verifyUrl: `${id}/api/auth/verify-api-key` });
    assert.equal(keySets[0]?.jwksUrl, `${id}/api/auth/jwks`);
    assert.ok(keySets[0]?.spellings.includes(id) && keySets[0]?.spellings.includes(`${id}/`));
  }
});

test('either name of the secret will do, or both with the same', () => {
  for (const given of [
    { BETTER_AUTH_SECRET: secret },
    { JWT_SECRET: secret },
    { BETTER_AUTH_SECRET: secret, JWT_SECRET: secret },
  ]) {
    assert.deepEqual(
      trustedIssuers(settings(given)).secret?.secret,
      new TextEncoder().encode(secret),
    );
  }
});
