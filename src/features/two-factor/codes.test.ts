/** Codes: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepOf, urlOf } from './codes.ts';

const rfc6238 = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
] as const;

for (const [seconds, code] of rfc6238) {
  test(`at ${seconds} s the code is that of RFC 6238, and no other passes`, () => {
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    assert.equal(stepOf(secret, code, seconds * 1000), Math.floor(seconds / 30));
    assert.equal(
      stepOf(
        secret,
        code.replace(/.$/, (d) => `${9 - Number(d)}`),
        seconds * 1000,
      ),
      undefined,
    );
  });
}

test('the address for the app names the project and the account', () => {
  const url = new URL(urlOf('GEZDGNBVGY3TQOJQ', 'My: Project', 'ada+1@example.com'));
  assert.deepEqual([url.protocol, url.host], ['otpauth:', 'totp']);
  assert.equal(decodeURIComponent(url.pathname).split(':').at(-1), 'ada+1@example.com');
  assert.equal(url.searchParams.get('secret'), 'GEZDGNBVGY3TQOJQ');
  assert.equal(url.searchParams.get('issuer'), 'My: Project');
});
