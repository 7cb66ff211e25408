/** Addresses and failures of a database: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseProblem, isUnavailable } from './failure.ts';
import { connectionString } from './server.ts';
import { isoInstant } from './types.ts';

const addresses = [
  ['postgresql://u:p@h:5433/d', 'postgres://u:p@h:5433/d'],
  ['postgresql+asyncpg://u:p@h/d', 'postgres://u:p@h/d'],
  ['postgresql+asyncpg://h/d?ssl=require', 'postgres://h/d?sslmode=verify-full'],
  ['postgres://h/d?sslmode=require', 'postgres://h/d?sslmode=verify-full'],
  ['postgres://h/d?sslmode=disable', 'postgres://h/d?sslmode=disable'],
  ['postgres://h/d?application_name=x', 'postgres://h/d?application_name=x'],
] as const;

for (const [given, understood] of addresses) {
  test(`${given} is understood`, () => assert.equal(connectionString(given), understood));
}

const failure = (code: string, message = '') => Object.assign(new Error(message), { code });

const meanings = [
  ['a refused connection', failure('ECONNREFUSED'), 503],
  ['a server that starts', failure('57P03'), 503],
  ['too many connections', failure('53300'), 503],
  ['a pool that waits too long', new Error('timeout exceeded when trying to connect'), 503],
  ['a connection that broke', new Error('Connection terminated unexpectedly'), 503],
  [
    'both addresses of a host refused',
    Object.assign(new AggregateError([failure('ECONNREFUSED')])),
    503,
  ],
  ['a deadlock', failure('40P01'), 503],
  ['a statement that was cancelled', failure('57014'), 503],
  ['a text that is no date', failure('22007'), 422],
  ['a row that is there', failure('23505'), 409],
  ['a row that is not', failure('23503'), 409],
] as const;

for (const [name, error, status] of meanings) {
  test(`${name} is a ${status}`, () => {
    const problem = databaseProblem(error);
    assert.equal(problem?.kind.status, status);
    if (status === 503) assert.equal(problem?.headers?.['retry-after'], '1');
  });
}

test('a mistake of ours is no problem of the caller', () => {
  assert.equal(databaseProblem(failure('42601')), undefined);
  assert.equal(databaseProblem(new TypeError('x is not a function')), undefined);
  assert.equal(isUnavailable('a word'), false);
});

test('an instant is the same whatever the time zone of the session', () => {
  assert.equal(isoInstant('2026-11-20 15:30:00.123+00'), '2026-11-20T15:30:00.123Z');
  assert.equal(isoInstant('2026-11-20 15:30:00.1+00'), '2026-11-20T15:30:00.100Z');
  assert.equal(isoInstant('2026-11-20 15:30:00+00'), '2026-11-20T15:30:00.000Z');
  assert.equal(isoInstant('2026-11-20 17:30:00.123+02'), '2026-11-20T15:30:00.123Z');
  assert.equal(isoInstant('2026-11-20 21:00:00.12+05:30'), '2026-11-20T15:30:00.120Z');
});

test('an instant nobody could send is still one that can be read', () => {
  for (const text of ['infinity', '0044-03-15 12:00:00+00 BC', '10000-01-01 00:00:00+00']) {
    assert.doesNotThrow(() => isoInstant(text), text);
  }
});
