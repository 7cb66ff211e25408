/** The keys of an issuer: the promises about when it is asked, and what it may answer. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { errors, exportJWK, generateKeyPair } from 'jose';
import { Problem } from '#kernel/problem.ts';
import { json, signingKey, startIssuer } from '#test/issuer.ts';
import { keepKeySet } from './key-set.ts';
import { openLine } from './line.ts';

const [first, second] = [await signingKey('first'), await signingKey('second')];
const weak = weakRsa();
const issuer = await startIssuer();
const url = `${issuer.url}/jwks`;
const publish = (...keys: unknown[]) => issuer.answer('GET /jwks', json({ keys }));
const ttlMs = 3_600_000;

function weakRsa() {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return { ...(publicKey.export({ format: 'jwk' }) as object), kid: 'weak', alg: 'RS256' };
}

/** A key set with a clock of its own. */
function open(timeoutMs = 5_000) {
  issuer.asked.length = 0;
  const time = { ms: Date.now() };
  const line = openLine(url, timeoutMs);
  const keys = keepKeySet(line, { now: () => time.ms }, ttlMs);
  const find = async (kid: string, alg = 'EdDSA') => keys.find({ alg, kid }, {} as never);
  return { line, keys, find, time, asked: issuer.asked };
}

const isAway = (error: unknown) => {
  assert.ok(error instanceof Problem);
  assert.deepEqual([error.kind.status, error.headers], [503, { 'retry-after': '10' }]);
  return true;
};

test('nobody is asked before a key is needed, and once by many that need one', async () => {
  publish(first.jwk);
  const { find, asked, keys } = open();
  assert.deepEqual([asked.length, keys.state()], [0, { keys: 0, fetchedAtMs: null }]);
  await Promise.all(Array.from({ length: 20 }, () => find('first')));
  await find('first');
  assert.deepEqual([asked.length, keys.state().keys], [1, 1]);
});

test('keys that are old serve while they are renewed; those twice as old are renewed before', async () => {
  publish(first.jwk);
  const { find, asked, time } = open();
  await find('first');
  publish(second.jwk);
  time.ms += ttlMs;
  await find('first');
  while (asked.length < 2) await turn();
  await find('second');
  publish(first.jwk);
  time.ms += 2 * ttlMs;
  await assert.rejects(find('second'), errors.JWKSNoMatchingKey);
  assert.equal(asked.length, 3);
});

test('a key that was published since is found, and made-up ones ask once in half a minute', async () => {
  publish(first.jwk);
  const { find, asked, time } = open();
  await find('first');
  publish(first.jwk, second.jwk);
  const flood = () =>
    Promise.all(
      Array.from({ length: 50 }, (_, n) => assert.rejects(find(`x${n}`), errors.JWKSNoMatchingKey)),
    );
  await flood();
  assert.equal(asked.length, 1);
  time.ms += 30_000;
  await find('second');
  await flood();
  assert.equal(asked.length, 2);
  time.ms += 30_000;
  await flood();
  await flood();
  assert.equal(asked.length, 3);
});

test('a clock that was set back does not keep new keys out', async () => {
  publish(first.jwk);
  const { find, time } = open();
  await find('first');
  publish(second.jwk);
  time.ms -= 3 * ttlMs;
  await find('second');
});

const raw =
  (start: (response: ServerResponse) => unknown) => (_request: unknown, response: ServerResponse) =>
    void start(response);
const trickle = (response: ServerResponse, text: string, everyMs: number) => {
  const timer = setInterval(() => response.write(text), everyMs);
  response.on('close', () => clearInterval(timer));
};
const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
const unusable = [
  { kty: 'oct', k: 'c2VjcmV0', kid: 'first', alg: 'HS256' },
  { ...(await exportJWK(privateKey)), kid: 'first' },
  weak,
  { ...first.jwk, alg: 'ES256' },
  { ...first.jwk, use: 'enc' },
  { ...first.jwk, key_ops: ['sign'] },
  { ...first.jwk, kid: 7 },
  { ...first.jwk, x: 'AAAA' },
  { kty: 'EC', crv: 'P-256', x: first.jwk.x, y: first.jwk.x },
  null,
  'first',
];
/** Only those that never end are given little time. */
const soonMs = 1_000;
const lies: [string, Parameters<typeof issuer.answer>[1], number?][] = [
  ['a page', raw((r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'))],
  ['a failure', json({ keys: [second.jwk] }, 500)],
  ['another success', json({ keys: [second.jwk] }, 203)],
  ['nothing', raw((r) => r.end())],
  ['null', json(null)],
  ['no keys', json({ keys: [] })],
  ['keys that are no list', json({ keys: second.jwk })],
  ['keys that cannot verify', json({ keys: unusable })],
  ['a redirect', raw((r) => r.writeHead(302, { location: '/elsewhere' }).end())],
  ['too much', json({ keys: [second.jwk], more: 'x'.repeat(65_536) })],
  ['no end', raw((r) => trickle(r, 'x'.repeat(16_384), 1))],
  ['a byte now and then', raw((r) => trickle(r, ' ', 20)), soonMs],
  [
    'half of it',
    raw((r) => r.writeHead(200, { 'content-length': 1000 }).write('{"keys":', () => r.destroy())),
  ],
  ['no answer', raw(() => {}), soonMs],
  ['no more than a greeting', raw((r) => r.flushHeaders()), soonMs],
];

for (const [name, lie, timeoutMs] of lies) {
  test(`is a failure, and never replaces keys that are good: ${name}`, async () => {
    publish(first.jwk);
    const { find, line, time } = open(timeoutMs);
    await find('first');
    issuer.answer('GET /jwks', lie);
    time.ms += 3 * ttlMs;
    await find('first');
    assert.equal(line.state().reachable, false);
    await assert.rejects(find('second'), errors.JWKSNoMatchingKey);
    await assert.rejects(open(timeoutMs).find('first'), isAway);
  });
}

test('of a set, the first fifty keys that are good are kept', async () => {
  publish(...unusable, ...Array.from({ length: 60 }, (_, n) => ({ ...first.jwk, kid: `k${n}` })));
  const { find, keys } = open();
  await find('k0');
  assert.ok(keys.state().keys <= 50);
});

test('after three failures nobody is asked for a while, and nobody waits', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  issuer.answer('GET /jwks', json({}, 503));
  const { find, asked, line } = open();
  for (const _ of [1, 2, 3, 4, 5]) await assert.rejects(find('first'), isAway);
  assert.deepEqual([asked.length, line.state().circuit], [3, 'open']);
  publish(first.jwk);
  t.mock.timers.tick(10_000);
  await find('first');
  assert.deepEqual([asked.length, line.state()], [4, { reachable: true, circuit: 'closed' }]);
});

test('keys that are known serve while their issuer is away, and others are refused', async () => {
  const gone = await startIssuer();
  gone.answer('GET /jwks', json({ keys: [first.jwk] }));
  const time = { ms: Date.now() };
  const line = openLine(`${gone.url}/jwks`, 5_000);
  const keys = keepKeySet(line, { now: () => time.ms }, ttlMs);
  const find = async (kid: string) => keys.find({ alg: 'EdDSA', kid }, {} as never);
  await find('first');
  await gone.close();
  for (const _ of [1, 2, 3, 4, 5]) {
    time.ms += 100 * ttlMs;
    await find('first');
    await assert.rejects(find('second'), errors.JWKSNoMatchingKey);
  }
  assert.deepEqual(line.state(), { reachable: false, circuit: 'open' });
});
