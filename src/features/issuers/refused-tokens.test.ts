/** Tokens of other issuers that are refused: along the list of RFC 8725, and bad signatures. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { exportSPKI } from 'jose';
import { hs, inSeconds, signingKey, trustingHouse } from '#test/issuer.ts';

const { whoAmI, ports, ed, es, rs, other, second, iss, claims } = await trustingHouse();
const elsewhere = 'https://id.example.com';
const { aud: _aud, ...audienceless } = claims;
const { iss: _iss, ...nameless } = audienceless;
const { iss: _own, ...issuerless } = claims;
const { exp: _exp, ...endless } = claims;
const { sub: _sub, ...nobody } = claims;
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const [ourKey] = (await ports.tokens.jwks()).keys;
const asOurs = { typ: 'at+jwt', kid: ourKey?.kid };
const ourClaims = {
  ...claims,
  aud: 'plinth',
  iat: inSeconds(0),
  sid: crypto.randomUUID(),
  jti: crypto.randomUUID(),
};
const good = await ed.sign(claims);
const [head = '', body = '', signature = ''] = good.split('.');
const es256 = (await es.sign(claims)).split('.');
const pem = Buffer.from(await exportSPKI(rs.publicKey));
const attacker = await signingKey('ed');
const embedded = { jwk: attacker.jwk, jku: `${second.url}/keys`, x5u: `${second.url}/keys` };
const bytes = Buffer.from(signature, 'base64url');
const withSignature = (buffer: Uint8Array) =>
  `${head}.${body}.${Buffer.from(buffer).toString('base64url')}`;
const es256With = (buffer: Uint8Array) =>
  `${es256[0]}.${es256[1]}.${Buffer.from(buffer).toString('base64url')}`;
const mac = (signing: string, key: Uint8Array) =>
  `${signing}.${createHmac('sha256', key).update(signing).digest('base64url')}`;
const hsHead = part({ alg: 'HS256' });

const refused: [string, string | Promise<string>][] = [
  ['alg none', `${part({ alg: 'none' })}.${body}.`],
  ['alg none with a signature', `${part({ alg: 'none' })}.${body}.${signature}`],
  [
    'alg switched to one of another key',
    `${part({ alg: 'ES256', kid: 'ed' })}.${body}.${signature}`,
  ],
  ['alg missing', `${part({ kid: 'ed' })}.${body}.${signature}`],
  ['an algorithm its issuer does not use', ed.sign({ ...audienceless, iss: 'urn:strict' })],
  ['HS256 by the public RSA key in PEM', hs(claims, {}, pem)],
  [
    'HS256 by the same without its last line end',
    mac(`${hsHead}.${body}`, Buffer.from(String(pem).trim())),
  ],
  [
    'HS256 by the bytes of the public Ed25519 key',
    mac(`${hsHead}.${body}`, Buffer.from(ed.jwk.x ?? '', 'base64url')),
  ],
  ['HS256 by the public key as JSON', hs(claims, {}, Buffer.from(JSON.stringify(ed.jwk)))],
  [
    'HS256 by another secret',
    hs(claims, {}, Buffer.from('another secret of thirty-two characters')),
  ],
  ['HS256 of an issuer that signs with keys', hs({ ...claims, iss: elsewhere, aud: 'plinth' })],
  ['HS256 of an issuer nobody knows', hs({ ...claims, iss: 'https://evil.example.com' })],
  ['HS256 that calls itself us', hs({ ...nameless, iss: 'https://plinth.example.com' })],
  ['HS256 for somebody else', hs({ ...nameless, aud: 'another-client' })],
  ['a link that confirms an e-mail', hs({ email: 'ada@example.com', exp: inSeconds(600) })],
  [
    'a session kept in a cookie',
    ed.sign(
      { ...claims, aud: 'better-auth:session-cache' },
      { typ: 'better-auth.session-cache+jwt' },
    ),
  ],
  ['a type of token that is no access token', ed.sign(claims, { typ: 'dpop+jwt' })],
  ['another audience', ed.sign({ ...claims, aud: 'them' })],
  ['no audience, where there must be one', ed.sign(audienceless)],
  ['another audience, where none is said', es.sign({ ...claims, iss: 'urn:strict', aud: 'them' })],
  ['an issuer nobody knows', ed.sign({ ...claims, iss: 'https://evil.example.com' })],
  ['no issuer', ed.sign(issuerless)],
  ['an issuer that is a list', ed.sign({ ...claims, iss: [iss] as never })],
  ['the key of another issuer by its own kid', other.sign(claims)],
  ['our key for another issuer', ed.sign({ ...claims, iss: elsewhere, aud: 'plinth' })],
  [
    'their key for us, by our kid',
    ed.sign({ ...ourClaims, iss: 'https://plinth.example.com' }, asOurs),
  ],
  ['their token by our kid', ed.sign(claims, asOurs)],
  ['no exp', ed.sign(endless)],
  ['an exp that is text', ed.sign({ ...claims, exp: '9999999999' as never })],
  ['an exp that is past', ed.sign({ ...claims, exp: inSeconds(-6) })],
  ['a time that has not come', ed.sign({ ...claims, nbf: inSeconds(60) })],
  ['no sub', ed.sign(nobody)],
  ['no sub but an e-mail', ed.sign({ ...nobody, email: 'ada@example.com' })],
  ['an empty sub', ed.sign({ ...claims, sub: '' })],
  ['a sub that is a number', ed.sign({ ...claims, sub: 7 as never })],
  ['a sub with a NUL', ed.sign({ ...claims, sub: 'a\0b' })],
  ['a sub with half a character', ed.sign({ ...claims, sub: 'a\ud800' })],
  ['a sub without end', ed.sign({ ...claims, sub: 'x'.repeat(256) })],
  [
    'a header it does not understand',
    `${part({ alg: 'EdDSA', kid: 'ed', crit: ['exp2'], exp2: 1 })}.${body}.${signature}`,
  ],
  ['a key inside the token', attacker.sign(claims, embedded)],
  ['a key inside the token and no kid', attacker.sign(claims, { ...embedded, kid: undefined })],
  ['a huge token', ed.sign({ ...claims, more: 'x'.repeat(8_192) })],
  ['a claim that was changed', `${head}.${part({ ...claims, sub: 'somebody else' })}.${signature}`],
  ['a payload that is no JSON', `${head}.${Buffer.from('{').toString('base64url')}.${signature}`],
  ['no token', 'nonsense'],
  ['a signature cut short', withSignature(bytes.subarray(0, 63))],
  ['no signature', withSignature(Buffer.alloc(0))],
  ['a signature of zeros', withSignature(Buffer.alloc(64))],
  ['a signature with a byte more', withSignature(Buffer.concat([bytes, Buffer.alloc(1)]))],
  [
    'a signature with an S beyond the order',
    withSignature(Buffer.concat([bytes.subarray(0, 32), Buffer.alloc(32, 0xff)])),
  ],
  ['r and s of zero', es256With(Buffer.alloc(64))],
  [
    'r of zero',
    es256With(
      Buffer.concat([Buffer.alloc(32), Buffer.from(es256[2] ?? '', 'base64url').subarray(32)]),
    ),
  ],
  ['an ES256 signature in DER', es256With(Buffer.from('3006020101020101', 'hex'))],
];

for (const [name, token] of refused) {
  test(`is refused: ${name}`, async () => {
    const answer = await whoAmI(await token);
    assert.deepEqual([answer.status, answer.body.code], [401, 'unauthenticated']);
    assert.deepEqual(answer.statements, []);
  });
}

test('nobody is asked for keys that a token names itself', () => {
  assert.deepEqual(second.asked, ['GET /keys']);
});

test('an ES256 signature with the other S is the same signature, and proves the same', async () => {
  // RFC 7518 does not ask for the lower one; nothing here is told apart by its signature.
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const signed = Buffer.from(es256[2] ?? '', 'base64url');
  const s = order - BigInt(`0x${signed.toString('hex', 32)}`);
  const turned = Buffer.from(s.toString(16).padStart(64, '0'), 'hex');
  const answer = await whoAmI(es256With(Buffer.concat([signed.subarray(0, 32), turned])));
  assert.equal(answer.status, 200);
});
