/** The keyring: the promises. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemClock } from '#kernel/clock.ts';
import { newId } from '#kernel/id.ts';
import { system } from '#kernel/principal.ts';
import { databaseOn } from '#platform/db/open.ts';
import { openTestDatabase } from '#test/database.ts';
import { openKeyring } from './keyring.ts';
import { openRevocations } from './revocations.ts';
import { openTokens } from './service.ts';

const opened = await openTestDatabase();
after(() => opened.close());
const database = databaseOn(opened, {
  prepared: true,
  rowSecurity: false,
  signingKey: Buffer.alloc(32),
});
const db = database.as(system);
const revocations = await openRevocations(database, 900_000);
const SECRET_KEY = 'c4ca4238a0b923820dcc509a6f75849b';

const settings = {
  SECRET_KEY,
  JWT_ISSUER: 'plinth',
  JWT_AUDIENCE: 'plinth',
  ACCESS_TOKEN_EXPIRE_MINUTES: 15,
};
const open = (JWT_ALGORITHM: 'EdDSA' | 'ES256') =>
  openTokens(db, systemClock, { ...settings, JWT_ALGORITHM }, new Set(), revocations);
const subject = { user_id: newId(), session_id: newId(), superuser: false };
const header = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());

test('processes that start together agree on one key', async () => {
  const rings = await Promise.all([1, 2, 3].map(() => openKeyring(db, SECRET_KEY, 'EdDSA')));
  assert.equal(new Set(rings.map(({ signerAt }) => signerAt(Date.now()).kid)).size, 1);
  assert.deepEqual(
    rings.map(({ published }) => published.length),
    [1, 1, 1],
  );
});

test('a token of one process is one at its peer, and after a restart', async () => {
  const { access_token } = await (await open('EdDSA')).issue(subject);
  assert.equal((await (await open('EdDSA')).verify(access_token))?.userId, subject.user_id);
});

test('the other algorithm brings a key of its own, and the tokens before it stay valid', async () => {
  const { access_token: before } = await (await open('EdDSA')).issue(subject);
  const tokens = await open('ES256');
  const { access_token } = await tokens.issue(subject);
  assert.equal(header(access_token).alg, 'ES256');
  assert.equal((await tokens.verify(access_token))?.sessionId, subject.session_id);
  assert.equal((await tokens.verify(before))?.sessionId, subject.session_id);
  assert.deepEqual(
    (await tokens.jwks()).keys.map(({ alg }) => alg),
    ['EdDSA', 'ES256'],
  );
});

test('another secret does not open the keys, and says so in a sentence', async () => {
  const another = openKeyring(db, 'c81e728d9d4c2f636f067f89cc14862c', 'EdDSA');
  await assert.rejects(another, { name: 'Refusal', message: /sealed under another SECRET_KEY\.$/ });
});
