/** Passwords and sealed secrets: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashPassword, verifyPassword } from './password.ts';
import { deriveKey, seal, unseal } from './seal.ts';

test('a password verifies against its own hash only', async () => {
  const stored = await hashPassword('correct horse');
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await verifyPassword(stored, 'correct horse'), true);
  assert.equal(await verifyPassword(stored, 'correct horse '), false);
});

test('the same password typed in composed and decomposed letters is the same', async () => {
  assert.equal(
    await verifyPassword(await hashPassword('caf\u00e9-caf\u00e9'), 'cafe\u0301-cafe\u0301'),
    true,
  );
});

test('where there is no hash nothing verifies', async () => {
  for (const stored of [undefined, null]) assert.equal(await verifyPassword(stored, ''), false);
});

test('what is sealed opens with its key, and neither with another nor when changed', () => {
  const key = deriveKey('a secret of thirty-two characters', 'test');
  const other = deriveKey('a secret of thirty-two characters', 'another purpose');
  const sealed = seal(key, 'inside ✓');
  assert.equal(unseal(key, sealed), 'inside ✓');
  assert.notEqual(seal(key, 'inside ✓'), sealed);
  assert.throws(() => unseal(other, sealed));
  const bytes = Buffer.from(sealed, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30);
  assert.throws(() => unseal(key, bytes.toString('base64url')));
});
