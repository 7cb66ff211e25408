/** Counting the attempts that a process makes. */
import type { Ending, RunCounts } from '#kernel/job.ts';

export const noCounts = (): RunCounts => ({ endings: new Map(), seconds: 0, running: 0 });

export function count(counts: RunCounts, ending: Ending, seconds: number) {
  counts.endings.set(ending, (counts.endings.get(ending) ?? 0) + 1);
  counts.seconds += seconds;
}
