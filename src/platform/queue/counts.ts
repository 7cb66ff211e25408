/** How attempts end that a process makes, and counting them. */
import type { Ending, Job, RunCounts } from '#kernel/job.ts';
import type { Outcome } from './attempt.ts';
import { retriesOf } from './enqueue.ts';

export const noCounts = (): RunCounts => ({ endings: new Map(), seconds: 0, running: 0 });

export function count(counts: RunCounts, ending: Ending, seconds: number) {
  counts.endings.set(ending, (counts.endings.get(ending) ?? 0) + 1);
  counts.seconds += seconds;
}

type Attempted = { readonly job: Job; readonly retryCount: number };

export function endingOf(outcome: Outcome, { retryCount, job }: Attempted): Ending {
  if (outcome.kind !== 'failed') return outcome.kind;
  return outcome.isFinal || retryCount >= retriesOf(job) ? 'failed' : 'retried';
}
