/** SIGKILL among processes that queue and run jobs: what was committed is done, and nothing else. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { crewOf } from './crew.ts';
import { engines } from './engines.ts';

const kills = Number(process.env.KILLS ?? 4);
const jobs = Number(process.env.JOBS ?? 200);

/** Who works: on a server three processes, beside two that queue; the embedded database has one. */
const crews: Readonly<Record<string, readonly (readonly string[])[]>> = {
  PostgreSQL: [['work'], ['work'], ['work'], ['enqueue'], ['enqueue']],
  'the embedded database': [['enqueue', 'work']],
};

suite('SIGKILL among processes that run jobs', { concurrency: 2 }, () => {
  for (const [engine, makeEnv] of Object.entries(engines)) {
    test(`on ${engine}: after ${kills} kills every job that was committed is done, and no other`, async (t) => {
      const startedAt = performance.now();
      const crew = crewOf(crews[engine] ?? [], await makeEnv());
      for (let kill = 0; kill < kills; kill++) {
        await crew.kill();
        // As many jobs between two kills, however slow the machine.
        await crew.untilCommitted((jobs * kill) / kills);
      }
      await crew.untilCommitted(jobs);
      await crew.onlyWork();
      const {
        changes,
        effects,
        jobs: states,
      } = await crew.until(({ jobs }) => Object.keys(jobs ?? {}).join() === 'completed');

      const [made, done] = [new Set(changes), new Set(effects)];
      const acknowledged = crew.committed();
      assert.ok(acknowledged.size >= jobs);
      assert.deepEqual([...acknowledged.difference(made)], [], 'these changes are lost');
      assert.deepEqual([...made.difference(done)], [], 'these were not done');
      assert.deepEqual([...done.difference(made)], [], 'these were done, and never committed');
      assert.deepEqual(states, { completed: made.size });
      const again = (effects ?? []).length - done.size;
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      t.diagnostic(
        `${crew.cuts.length} kills, ${acknowledged.size} acknowledged, ${made.size} committed, ${done.size} done, ${again} of them again, ${seconds} s`,
      );
    });
  }
});
