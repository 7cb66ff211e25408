/** Upkeep: the job that removes what is over. Each feature knows what that is of its own. */
import { forgetTokens } from '#features/accounts/service.ts';
import { forgetReplays } from '#features/idempotency/service.ts';
import { forgetInvitations } from '#features/invitations/service.ts';
import { forgetTriggers } from '#features/jobs/service.ts';
import { forgetCounts } from '#features/limits/service.ts';
import { forgetEmails } from '#features/mail/service.ts';
import { forgetRuns } from '#features/runs/service.ts';
import { forgetSessions } from '#features/sessions/service.ts';
import { forgetRevocations } from '#features/tokens/service.ts';
import type { Db } from '#kernel/db.ts';
import { job } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { Input } from '#kernel/schema.ts';
import { storedError } from '#platform/queue/storable.ts';

type Forget = (db: Db, ports: Ports, signal: AbortSignal) => Promise<number>;

const steps: Readonly<Record<string, Forget>> = {
  one_time_tokens: (db, _ports, signal) => forgetTokens(db, signal),
  sessions: (db, _ports, signal) => forgetSessions(db, signal),
  revocations: (db, { revocations }, signal) => forgetRevocations(db, revocations, signal),
  idempotency_keys: (db, _ports, signal) => forgetReplays(db, signal),
  invitations: (db, _ports, signal) => forgetInvitations(db, signal),
  emails: (db, { settings }, signal) => forgetEmails(db, settings, signal),
  limit_counts: (db, _ports, signal) => forgetCounts(db, signal),
  runs: (db, ports, signal) => forgetRuns(db, ports, signal),
  triggers: (db, { settings }, signal) => forgetTriggers(db, settings, signal),
};

/**
 * May run twice at once, and be killed at any moment: each batch is a statement of its own, and the next
 * run finds what is left. What fails keeps nothing else from being done, and is seen at the end.
 */
export const cleanup = job({
  name: 'upkeep.cleanup',
  summary:
    'Removes what is over: links, sessions, answers kept, invitations, letters and old runs.',
  payload: Input('UpkeepCleanup', {}),
  cron: '20 * * * *',
  timeoutSeconds: 1_800,
  retries: 1,
  async run({ db, ports, signal, log, progress }) {
    const removed: Record<string, number> = {};
    const failed: string[] = [];
    for (const [index, [what, forget]] of Object.entries(steps).entries()) {
      try {
        removed[what] = await forget(db, ports, signal);
        log(`${what}: ${removed[what]} removed.`);
      } catch (error) {
        signal.throwIfAborted();
        failed.push(what);
        log(`${what}: ${storedError(error).message}.`);
      }
      progress((index + 1) / Object.keys(steps).length);
    }
    if (failed.length > 0)
      throw new Error(`Could not remove what is over of: ${failed.join(', ')}.`);
    return removed;
  },
});
