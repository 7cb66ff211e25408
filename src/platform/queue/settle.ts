/** Telling the queue how attempts ended: each statement holds only for the attempt that it names. */
import { sql } from 'drizzle-orm';
import type { PgBoss } from 'pg-boss';
import { build, type Db } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import type { Attempt, Outcome } from './attempt.ts';
import { json, storedError } from './storable.ts';
import { queue } from './tables.ts';

/** Of a result that is kept. */
const maxResultBytes = 16 * 1024;

export type Ended = { readonly attempt: Attempt; readonly outcome: Outcome };

type Fence = { readonly name: string; readonly id: string; readonly retry_count: number };

const still = ({ name, id, retry_count }: Slots<Fence>) =>
  sql`${queue.name} = ${name} and ${queue.id} = ${id} and ${queue.state} = 'active' and ${queue.retry_count} = ${retry_count}`;

/** At once, whatever retries are left; what they were stays, for who queues it again. */
const failForGood = statement(
  'queue.fail',
  ({ output, ...fence }: Slots<Fence & { output: string }>) =>
    build
      .update(queue)
      .set({
        state: 'failed',
        completed_on: sql`now()`,
        heartbeat_on: sql`null`,
        output: output as never,
      })
      .where(still(fence))
      .returning({ id: queue.id }),
);

/**
 * As if it had not been begun. As `retry`, since another one may wait under its key meanwhile; without
 * the time of its start the next attempt is counted as this one.
 */
const putBack = statement('queue.put-back', (fence: Slots<Fence>) =>
  build
    .update(queue)
    .set({ state: 'retry', started_on: sql`null`, heartbeat_on: sql`null` })
    .where(still(fence))
    .returning({ id: queue.id }),
);

/** What a job gave back, bounded. */
function kept(result: object): object {
  const text = json(result, maxResultBytes);
  return text === undefined
    ? { note: `The result is no JSON of at most ${maxResultBytes} bytes` }
    : JSON.parse(text);
}

/** Settles what ended of one job; it may be done again, as nothing of it holds twice. */
export async function settle(boss: PgBoss, db: Db, name: string, batch: readonly Ended[]) {
  const silent: Attempt[] = [];
  const told: Promise<unknown>[] = [];
  for (const { attempt, outcome } of batch) {
    const fence = { name, id: attempt.id, retry_count: attempt.retryCount };
    const one = [{ id: attempt.id, retryCount: attempt.retryCount }];
    if (outcome.kind === 'put_back') told.push(putBack(db, fence));
    if (outcome.kind === 'failed') {
      const error = storedError(outcome.error);
      told.push(
        outcome.isFinal
          ? failForGood(db, { ...fence, output: JSON.stringify(error) })
          : boss.fail(name, one, error),
      );
    }
    if (outcome.kind !== 'completed') continue;
    if (outcome.result === undefined) silent.push(attempt);
    else told.push(boss.complete(name, one, kept(outcome.result)));
  }
  if (silent.length > 0) {
    const fences = silent.map(({ id, retryCount }) => ({ id, retryCount }));
    told.push(boss.complete(name, fences));
  }
  await Promise.all(told);
}
