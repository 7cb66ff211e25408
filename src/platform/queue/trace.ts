/** What one attempt says while it runs: lines of its log and how far it is, within bounds. */
import type { Logger } from 'pino';
import { newId } from '#kernel/id.ts';
import type { Ending, LogFields } from '#kernel/job.ts';
import type { Outcome } from './attempt.ts';
import { cut, json, storedError } from './storable.ts';

const maxLines = 1_000;
const maxBytes = 256 * 1024;
const maxLineLength = 4 * 1024;
const maxFieldsBytes = 4 * 1024;

export type Level = 'info' | 'warn' | 'error';

/** A row of `job_logs`. */
export type Line = {
  readonly id: string;
  readonly run_id: string;
  readonly attempt: number;
  readonly level: Level;
  readonly message: string;
  /** As JSON. */
  readonly fields: string | null;
  readonly created_at: string;
};

export type Trace = ReturnType<typeof traceOf>;

/** What it is a trace of; the process log says all of it. */
type Of = {
  readonly run_id: string;
  readonly attempt: number;
  readonly job: string;
  readonly request_id: string | null;
};
type Sinks = {
  now(): number;
  line(line: Line): void;
  progress(run_id: string, share: number): void;
  readonly log: Logger;
};

export function traceOf(of: Of, sinks: Sinks) {
  const { run_id, attempt } = of;
  let lines = 0;
  let bytes = 0;
  let dropped = 0;

  function write(level: Level, text: string, fields?: LogFields) {
    const message = cut(text, maxLineLength);
    const kept = fields && (json(fields, maxFieldsBytes) ?? '{"dropped":"too long, or no JSON"}');
    bytes += Buffer.byteLength(message) + Buffer.byteLength(kept ?? '');
    sinks.line({
      id: inOrder(lines++),
      run_id,
      attempt,
      level,
      message,
      fields: kept ?? null,
      created_at: new Date(sinks.now()).toISOString(),
    });
    if (sinks.log.isLevelEnabled('debug')) {
      sinks.log.debug({ ...of, ...(kept && { fields: JSON.parse(kept) }) }, message);
    }
  }

  return {
    say(message: string, fields?: LogFields) {
      if (lines >= maxLines || bytes >= maxBytes) dropped += 1;
      else write('info', String(message), fields);
    },
    progress(share: number) {
      const within = Math.min(1, Math.max(0, Number(share)));
      if (!Number.isNaN(within)) sinks.progress(run_id, within);
    },
    /**
     * Past the bounds, once: what was dropped, and why it ended where it did not come to its end. Who runs
     * the server is warned of a failure that no other attempt follows.
     */
    end(outcome: Outcome, ending: Ending) {
      if (dropped > 0) write('warn', `More was said than is kept: ${dropped} lines were dropped`);
      if (outcome.kind === 'lost')
        write('warn', 'It was cancelled, or another process took it over');
      if (outcome.kind === 'put_back') write('warn', 'The server stops: another process does it');
      if (outcome.kind !== 'failed') return;
      const { message, name } = storedError(outcome.error);
      write('error', message, { name });
      if (ending === 'retried') {
        sinks.log.info(
          { ...of, error: message, name },
          'an attempt at a job failed; another follows',
        );
      } else sinks.log.warn({ ...of, err: outcome.error }, 'an attempt at a job failed');
    },
  };
}

/** An id that sorts behind those of the same millisecond: their order stands where else chance does. */
function inOrder(position: number) {
  const id = newId();
  return `${id.slice(0, 15)}${position.toString(16).padStart(3, '0')}${id.slice(18)}`;
}
