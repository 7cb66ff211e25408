/** The traces of all runs of a process, written together: one statement a second, and at their end. */
import { type SQL, sql } from 'drizzle-orm';
import { doublePrecision, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import type { Logger } from 'pino';
import { build, type Db, instant, plinth } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { isBusy } from './outage.ts';
import type { Line } from './trace.ts';

const everyMs = 1_000;
/** While they cannot be written. */
const maxKept = 20_000;

/** As `features/runs/model.ts` has them. */
const jobLogs = plinth.table('job_logs', {
  id: uuid(),
  run_id: uuid(),
  attempt: integer(),
  level: text(),
  message: text(),
  fields: jsonb(),
  created_at: instant('created_at'),
});
const jobProgress = plinth.table('job_progress', {
  run_id: uuid(),
  progress: doublePrecision(),
  updated_at: instant('updated_at'),
});

const rows = (given: SQL, columns: SQL) =>
  sql`select * from jsonb_to_recordset(${given}::jsonb) as line (${columns}) where true`;

type Rows = { readonly rows: string };

const insertLines = statement('queue.log', ({ rows: given }: Slots<Rows>) =>
  build
    .insert(jobLogs)
    .select(
      rows(
        given,
        sql`id uuid, run_id uuid, attempt int, level text, message text, fields jsonb, created_at timestamptz`,
      ) as never,
    )
    .onConflictDoNothing()
    .returning({ id: jobLogs.id }),
);

const setProgress = statement('queue.progress', ({ rows: given }: Slots<Rows>) =>
  build
    .insert(jobProgress)
    .select(rows(given, sql`run_id uuid, progress float8, updated_at timestamptz`) as never)
    .onConflictDoUpdate({
      target: jobProgress.run_id,
      set: {
        progress: sql`excluded.progress`,
        updated_at: sql`excluded.updated_at`,
      } as never,
    })
    .returning({ run_id: jobProgress.run_id }),
);

export type Traces = ReturnType<typeof openTraces>;

export function openTraces(db: Db, now: () => number, log: Pick<Logger, 'warn'>) {
  let lines: Line[] = [];
  let progress = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  function later() {
    timer ??= setTimeout(() => {
      flush().catch(later); // whoever ends hears of it; till then it is tried again
    }, everyMs);
  }

  /** One line that no column takes keeps none of the others from being written. */
  async function keep(batch: readonly Line[]): Promise<void> {
    try {
      await insertLines(db, { rows: `[${batch.map(row).join()}]` });
    } catch (error) {
      if (isBusy(error)) throw error;
      if (batch.length > 1) for (const line of batch) await keep([line]);
      else log.warn({ err: error, run_id: batch[0]?.run_id }, 'a line of a run cannot be kept');
    }
  }

  async function writeLines(batch: readonly Line[]) {
    if (batch.length === 0) return;
    lines = [];
    try {
      await keep(batch);
    } catch (error) {
      lines = [...batch, ...lines].slice(-maxKept);
      throw error;
    }
  }

  async function writeProgress(batch: ReadonlyMap<string, number>) {
    if (batch.size === 0) return;
    progress = new Map();
    const updated_at = new Date(now()).toISOString();
    const rows = [...batch].map(([run_id, progress]) => ({ run_id, progress, updated_at }));
    try {
      await setProgress(db, { rows: JSON.stringify(rows) });
    } catch (error) {
      progress = new Map([...batch, ...progress]);
      throw error;
    }
  }

  async function write() {
    clearTimeout(timer);
    timer = undefined;
    await writeLines(lines);
    await writeProgress(progress);
  }

  /** Writes all that was said so far. @throws where the database refuses; it is kept for another time */
  function flush(): Promise<unknown> {
    writing = writing.then(write, write);
    return writing;
  }

  return {
    line(line: Line) {
      lines.push(line);
      later();
    },
    progress(run_id: string, share: number) {
      progress.set(run_id, share);
      later();
    },
    flush,
    close: () => clearTimeout(timer),
  };
}

const row = ({ fields, ...rest }: Line) =>
  `${JSON.stringify(rest).slice(0, -1)},"fields":${fields}}`;
