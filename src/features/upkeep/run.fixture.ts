/** An attempt at a job without a worker, for what only a test does to one: abort it, or run it twice. */
import type { Db } from '#kernel/db.ts';
import type { Job, Run } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';

type On = { readonly ports: Ports; readonly db: Db; readonly signal?: AbortSignal };

export function attemptAt(job: Job, { ports, db, signal = new AbortController().signal }: On) {
  const lines: string[] = [];
  const shares: number[] = [];
  const run: Run<Record<string, unknown>> = {
    payload: {},
    db,
    ports,
    id: crypto.randomUUID(),
    attempt: 1,
    signal,
    log: (message) => void lines.push(message),
    progress: (share) => void shares.push(share),
  };
  return { lines, shares, ended: job.run(run) };
}
