/** Over all operations of the description: whatever is sent, the answer is one that it promises. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { harness } from '#test/harness.ts';
import { operationsOf } from './fuzz/document.ts';
import { judgeBy } from './fuzz/judge.ts';
import { fuzzer } from './fuzz/run.ts';

const { FUZZ_SEED, FUZZ_ONLY, FUZZ_RUNS } = process.env;
const seed = Number(FUZZ_SEED ?? randomInt(2 ** 31));
process.stdout.write(`FUZZ_SEED=${seed}\n`);

// Counted, so that the answers say so, and never out.
const env = { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_REQUESTS_PER_MINUTE: '10000000' };
const server = await harness({ env });
const { body: document } = await server.call(undefined, 'GET /openapi.json');
const operations = operationsOf(document);
const open = await fuzzer(server, operations, judgeBy(document));

for (const operation of operations.filter(({ id }) => !FUZZ_ONLY || id === FUZZ_ONLY)) {
  test(`whatever is sent to ${operation.id}, the answer is as described`, async (t) => {
    const fuzz = await open(operation, Number(FUZZ_RUNS ?? 0));
    await fuzz.plain();
    const ran = await fc.check(fuzz.property, { seed, numRuns: fuzz.numRuns });
    t.diagnostic(`${ran.numRuns} requests, ${fuzz.successes()} of them succeeded`);
    const again = `FUZZ_SEED=${seed} FUZZ_ONLY=${operation.id} FUZZ_RUNS=${fuzz.numRuns}`;
    const told = (ran.errorInstance as Error | undefined)?.message;
    assert.ok(!ran.failed, `${told ?? 'it was given up'}\nAgain: ${again}`);
  });
}
