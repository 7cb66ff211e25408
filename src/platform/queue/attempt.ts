/** One attempt at a run: its code called with what it may use, until it ends, is ended, or is too late. */
import type { Logger } from 'pino';
import { type Client, noClient } from '#kernel/client.ts';
import { GiveUp, type Job, type LogFields } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { system } from '#kernel/principal.ts';
import { endingOf } from './counts.ts';
import { timeoutSecondsOf } from './enqueue.ts';
import type { Cause } from './tables.ts';
import { traceOf } from './trace.ts';
import type { Traces } from './traces.ts';

/** As it is fetched. */
export type Fetched = {
  readonly id: string;
  readonly data: unknown;
  /** Grows with each attempt, and names it: of an older one nothing is taken any more. */
  readonly retryCount: number;
};

export type Outcome =
  | { readonly kind: 'completed'; readonly result: LogFields | undefined }
  | { readonly kind: 'failed'; readonly error: unknown; readonly isFinal: boolean }
  /** Cancelled, or taken over by another process: nothing is ours to say of it. */
  | { readonly kind: 'lost' }
  /** Another process is to do it. */
  | { readonly kind: 'put_back' };

export type Attempt = {
  readonly job: Job;
  readonly id: string;
  readonly retryCount: number;
  readonly startedMs: number;
  /** Settles once, and never rejects. */
  readonly ended: Promise<Outcome>;
  /** Ends it from outside, and aborts its signal; nothing where it has ended. */
  end(outcome: Outcome, reason: string): void;
};

/** A timer that is longer fires at once. */
const longestTimerMs = 2 ** 31 - 1;

type With = { readonly ports: Ports; readonly traces: Traces; readonly log: Logger };

/** A row may have been put in by hand. */
function causeOf(data: unknown): Partial<Cause> {
  return typeof data === 'object' && data !== null ? data : {};
}

/** What code throws may be anything, also what throws when it is looked at. */
function isForGood(error: unknown): boolean {
  try {
    return error instanceof GiveUp;
  } catch {
    return false;
  }
}

export function begin(job: Job, fetched: Fetched, { ports, traces, log }: With): Attempt {
  const { id, retryCount } = fetched;
  const { payload, request_id } = causeOf(fetched.data);
  const attempt = retryCount + 1;
  const requestId = typeof request_id === 'string' ? request_id : null;
  const about = { run_id: id, job: job.name, attempt, request_id: requestId };
  const client: Client & { gone: boolean } = { ...noClient, requestId, gone: false };
  const controller = new AbortController();
  const { promise: ended, resolve } = Promise.withResolvers<Outcome>();
  const timeoutSeconds = timeoutSecondsOf(job);
  const trace = traceOf(about, { ...traces, now: ports.clock.now, log });
  let isOver = false;

  function over(outcome: Outcome) {
    isOver = true;
    clearTimeout(timer);
    client.gone = true; // what it does from now on is not begun, and not committed
    try {
      trace.end(outcome, endingOf(outcome, { job, retryCount }));
    } catch (error) {
      log.warn({ ...about, err: error }, 'how an attempt at a job ended cannot be told');
    }
    resolve(outcome);
  }

  function end(outcome: Outcome, reason: string) {
    if (isOver) return;
    over(outcome);
    controller.abort(new Error(reason));
    ports.database.abandon();
  }

  const timer = setTimeout(
    () => {
      const reason = `It took longer than ${timeoutSeconds} seconds`;
      log.warn(about, 'a job is not waited for any more; its code may go on');
      end({ kind: 'failed', error: new Error(reason), isFinal: false }, reason);
    },
    Math.min(timeoutSeconds * 1000, longestTimerMs),
  );

  async function run(): Promise<Outcome> {
    try {
      ports.jobs.check(job, payload ?? null);
    } catch (error) {
      return { kind: 'failed', error, isFinal: true };
    }
    try {
      const result = await job.run({
        payload: payload as never,
        db: ports.database.as(system, client),
        ports,
        id,
        attempt,
        signal: controller.signal,
        log: (message, fields) => {
          if (!isOver) trace.say(message, fields);
        },
        progress: (share) => {
          if (!isOver) trace.progress(share);
        },
      });
      return { kind: 'completed', result };
    } catch (error) {
      return { kind: 'failed', error, isFinal: isForGood(error) };
    }
  }

  void run().then((outcome) => {
    if (isOver) log.warn(about, 'the code of a job that was not waited for has ended');
    else over(outcome);
  });
  return { job, id, retryCount, startedMs: performance.now(), ended, end };
}
