/** A job: work that is done after the change that causes it, by whichever process is free. */
import type { Static, TObject } from 'typebox';
import type { Db } from './db.ts';
import type { Ports } from './ports.ts';

/** What a line of a run's log carries beside its sentence; never a secret. */
export type LogFields = Readonly<Record<string, unknown>>;

/** One attempt at a job, as its code sees it. */
export type Run<Payload> = {
  readonly payload: Payload;
  /** The server's own; what is audited through it carries the request id that caused the job. */
  readonly db: Db;
  readonly ports: Ports;
  /** The same in every attempt: what identifies the work to whoever must not do it twice. */
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
  /**
   * Aborted when the time is up, the run is cancelled, another process has taken it over, or the server
   * stops. What goes on nevertheless is not waited for.
   */
  readonly signal: AbortSignal;
  /** Writes a line of the run's own log, which can be read while it runs. */
  log(message: string, fields?: LogFields): void;
  /** Says how far it is. @param share from 0 to 1 */
  progress(share: number): void;
};

/** A job as data. It may run more than once: a process may die between the work and the note that it is done. */
export type Job<Payload extends TObject = TObject> = {
  /** A noun and what is done with it, such as `mail.deliver`; never changes, as rows carry it. */
  readonly name: string;
  /** One sentence for who triggers it. */
  readonly summary: string;
  /** What it is told; closed, and checked before it is stored and before it is run. */
  readonly payload: Payload;
  /** Attempts after the first that failed; 3 unless said. */
  readonly retries?: number;
  /** Seconds before the second attempt; they double from there on, with jitter. 5 unless said. */
  readonly retryDelaySeconds?: number;
  /** The longest pause between two attempts; 900 unless said. */
  readonly retryDelayMaxSeconds?: number;
  /** How long an attempt may take; 300 unless said. */
  readonly timeoutSeconds?: number;
  /** How many a process runs at once; 1 unless said. */
  readonly concurrency?: number;
  /** Higher ones are begun first; 0 unless said. */
  readonly priority?: number;
  /** Of the server itself: nobody may trigger it through the API. */
  readonly isInternal?: true;
  /** When the server triggers it by itself: a cron expression in UTC; people may pause it. */
  readonly cron?: string;
  /** @returns what is worth keeping of it, shown as the result of the run */
  run(run: Run<Static<Payload>>): Promise<LogFields | undefined>;
};

/**
 * How an attempt ends: `retried` where another one follows its failure, `lost` where it was cancelled or
 * taken over, `put_back` where the server stops.
 */
export type Ending = 'completed' | 'retried' | 'failed' | 'lost' | 'put_back';

/** What a process counts of a job: plain numbers, read when somebody asks for the metrics. */
export type RunCounts = {
  readonly endings: Map<Ending, number>;
  /** Of all together. */
  seconds: number;
  running: number;
};

/** The jobs of this program. */
export type Jobs = {
  readonly byName: ReadonlyMap<string, Job>;
  /** @throws Invalid where a payload does not fit, naming every place */
  check(job: Job, payload: unknown): void;
  /** Of this process, by name. */
  readonly counts: ReadonlyMap<string, RunCounts>;
};

/** Declares a job. */
export const job = <Payload extends TObject>(definition: Job<Payload>): Job<Payload> => definition;

/** Thrown by a job that no other attempt can help: it fails at once. */
export class GiveUp extends Error {
  override readonly name = 'GiveUp';
}

/** Where whoever waits for work hears that there is some; the payload is the name of a job. */
export const jobsWaiting = 'plinth_jobs_waiting';
/** Where whoever runs jobs hears that a run was cancelled; the payload is its id. */
export const jobsCancelled = 'plinth_jobs_cancelled';
/** Where whoever keeps the triggers hears that one changed. */
export const triggersChanged = 'plinth_triggers_changed';
