/** SIGKILL among processes that write and send letters: every one arrives, and twice only where it must. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mailServer } from '../mail-server.ts';
import { crewOf } from './crew.ts';
import { engines } from './engines.ts';

const kills = Number(process.env.KILLS ?? 4);
const letters = Number(process.env.LETTERS ?? 40);

const crews: Readonly<Record<string, readonly (readonly string[])[]>> = {
  PostgreSQL: [['work'], ['work'], ['work'], ['write']],
  'the embedded database': [['write', 'work']],
};

suite('SIGKILL among processes that send letters', { concurrency: 2 }, () => {
  for (const [engine, makeEnv] of Object.entries(engines)) {
    test(`on ${engine}: after ${kills} kills every letter has arrived, again only where a kill came between`, async (t) => {
      const startedAt = performance.now();
      const server = await mailServer();
      const arrivals = new Map<string, number[]>();
      server.ways.data = (recipient) => {
        arrivals.set(recipient, [...(arrivals.get(recipient) ?? []), performance.now()]);
        return undefined;
      };
      const env = {
        ...(await makeEnv()),
        ...server.env,
        SECRET_KEY: 'one-key-for-all-processes-of-this-test',
        PAUSE_MS: '300',
      };
      const crew = crewOf(crews[engine] ?? [], env);
      const { cuts } = crew;
      for (let kill = 0; kill < kills; kill++) {
        const isAway = kill === kills >> 1;
        const from = performance.now();
        if (isAway) await server.close();
        await crew.kill();
        if (isAway) {
          await server.open();
          cuts.push({ from, to: performance.now() }); // what it took and had not said so comes again
        }
        await crew.untilCommitted((letters * kill) / kills);
      }
      await crew.untilCommitted(letters);
      await crew.onlyWork();
      const {
        changes,
        jobs,
        letters: states,
      } = await crew.until(({ jobs }) => Object.keys(jobs ?? {}).join() === 'completed');

      const written = new Set(changes?.map((id) => `${id}@example.com`));
      const acknowledged = crew.committed();
      assert.deepEqual([...acknowledged.difference(written)], [], 'these are lost');
      assert.deepEqual([...written.difference(arrivals)], [], 'these never arrived');
      assert.deepEqual([...new Set(arrivals.keys()).difference(written)], [], 'nobody wrote these');
      assert.deepEqual([states, jobs], [{ sent: written.size }, { completed: written.size }]);

      const again = [...arrivals.values()].filter(({ length }) => length > 1);
      for (const times of again) {
        for (const [n, time] of times.slice(1).entries()) {
          const isCut = cuts.some(({ from, to }) => to > (times[n] ?? 0) && from < time);
          assert.ok(isCut, 'a letter came again, and nobody was killed meanwhile');
        }
      }
      const idsOf = new Map<string, Set<string>>();
      for (const { to, raw } of server.received) {
        const [, id = ''] = /^Message-ID: (.+)$/im.exec(raw) ?? [];
        idsOf.set(to.join(), (idsOf.get(to.join()) ?? new Set()).add(id));
      }
      assert.ok([...idsOf.values()].every((ids) => ids.size === 1 && !ids.has('')));
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      t.diagnostic(
        `${cuts.length - 1} kills, ${acknowledged.size} acknowledged, ${written.size} written, ${arrivals.size} arrived, ${again.length} of them again, ${seconds} s`,
      );
    });
  }
});
