/** What becomes of attempts whose process is silent: they fail, and another one follows. */
import type { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Attempt } from './attempt.ts';
import type { Outage } from './outage.ts';
import { traceOf } from './trace.ts';
import type { Traces } from './traces.ts';

type Parts = {
  readonly boss: PgBoss;
  readonly traces: Traces;
  readonly outage: Outage;
  readonly log: Logger;
  readonly now: () => number;
  /** What this process runs. */
  readonly held: ReadonlySet<Attempt>;
};

type Silent = { readonly name: string; readonly id: string; readonly retry_count: number };

/**
 * Fails one attempt. That counts, or a job that kills its process would do so for ever. Of many processes
 * that see it one does it: for the others it is no longer that attempt.
 */
export async function bury({ name, id, retry_count }: Silent, parts: Parts) {
  const { boss, traces, outage, log, now, held } = parts;
  // A process that was too busy to be heard, and is there.
  if ([...held].some((one) => one.id === id && one.retryCount === retry_count)) return;
  const lapsed = { name: 'Lapsed', message: 'The process that ran it died, or was silent' };
  const failed = await outage.once(() =>
    boss.fail(name, [{ id, retryCount: retry_count }], lapsed),
  );
  // How many it held for, its types do not tell.
  if (!(failed as { affected?: number } | undefined)?.affected) return;
  const of = { run_id: id, attempt: retry_count + 1, job: name, request_id: null };
  const error = Object.assign(new Error(lapsed.message), { name: lapsed.name });
  traceOf(of, { ...traces, now, log }).end({ kind: 'failed', error, isFinal: false }, 'failed');
}
