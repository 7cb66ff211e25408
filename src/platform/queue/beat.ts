/** The heartbeat of a process: one statement for all that it runs, which also tells what it lost. */
import type { Db } from '#kernel/db.ts';
import type { Attempt } from './attempt.ts';
import { beat } from './look.ts';
import type { Outage } from './outage.ts';

const everyMs = 5_000;

export type Heart = ReturnType<typeof startHeart>;

/** @param held what runs or is being settled */
export function startHeart(db: Db, held: ReadonlySet<Attempt>, outage: Outage) {
  async function say(attempts: readonly Attempt[]) {
    if (attempts.length === 0) return;
    const still = await outage.once(() =>
      beat(db, {
        run_names: attempts.map(({ job }) => job.name),
        ids: attempts.map(({ id }) => id),
        retry_counts: attempts.map(({ retryCount }) => retryCount),
      }),
    );
    if (!still) return;
    const ours = new Set(still.map(({ id }) => id));
    for (const attempt of attempts) {
      if (!ours.has(attempt.id)) {
        attempt.end({ kind: 'lost' }, 'It was cancelled, or another process has taken it over');
      }
    }
  }

  const timer = setInterval(() => {
    const since = performance.now() - everyMs;
    void say([...held].filter(({ startedMs }) => startedMs < since));
  }, everyMs);

  return {
    /** Looks whether a run is still ours; all of them where none is named. */
    check: (id?: string) =>
      say(id === undefined ? [...held] : [...held].filter((one) => one.id === id)),
    stop: () => clearInterval(timer),
  };
}
