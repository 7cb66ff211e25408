/** Answers that tell nothing by the time they take. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than the work takes, and too short to be noticed where a letter is waited for. */
const leastMs = 100;

/** Does the work and answers no sooner than it may have taken, whatever there was to do. */
export async function inEvenTime(work: Promise<void>): Promise<void> {
  await Promise.all([work, sleep(leastMs)]);
}
