/** Jobs: the verb of making one, or of putting another in its place. */
import { sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { triggersChanged } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { enqueue } from '#platform/queue/enqueue.ts';
import { find, shown } from './find.ts';
import { fitted, type NewTrigger } from './fit.ts';
import { type Job, type JobCreate, JobExists, JobIsBuiltin, jobs } from './model.ts';

type Row = NewTrigger & { id: string; last_run_at?: string };

const insert = statement('jobs.create', (row: Slots<Row>) =>
  build
    .insert(jobs)
    .values(row as never)
    .onConflictDoNothing({ target: jobs.job_id })
    .returning(),
);

/** What stays of the one that was there: its id, and when it was made and last ran. */
const stays: ReadonlySet<string> = new Set(['id', 'job_id', 'created_at']);

const upsert = statement('jobs.replace', (row: Slots<Row>) => {
  const columns = Object.keys(row).filter((column) => !stays.has(column));
  const values = columns.map((column) => [column, sql.raw(`excluded.${column}`)]);
  return build
    .insert(jobs)
    .values(row as never)
    .onConflictDoUpdate({
      target: jobs.job_id,
      set: { ...Object.fromEntries(values), paused: false, version: sql`${jobs.version} + 1` },
      setWhere: sql`not ${jobs.is_builtin}`,
    })
    .returning();
});

/** What is to run once and is due already waits for no tick: it is queued by the request that makes it. */
const isDue = ({ trigger_type, run_date, created_at }: NewTrigger) =>
  trigger_type === 'once' && run_date !== null && run_date <= created_at;

/**
 * Makes a job, or puts it in the place of one that has the same name.
 *
 * @throws Invalid, naming every place that is wrong
 * @throws JobExists, JobIsBuiltin
 */
export function create(db: Db, ports: Ports, input: JobCreate): Promise<Job> {
  const id = newId();
  const { trigger, job } = fitted(ports, id, input);
  const due_at = isDue(trigger) ? trigger.run_date : null;
  const row = due_at
    ? { ...trigger, id, next_run_at: null, last_run_at: trigger.created_at }
    : { ...trigger, id };
  const write = input.replace_existing ? upsert : insert;
  return db.transaction(async (db) => {
    const [made] = await write(db, row);
    if (!made) throw (await find(db, row.job_id)).is_builtin ? JobIsBuiltin() : JobExists();
    const { job_id, function: name, trigger_type, payload } = made;
    if (due_at) await enqueue(db, job, payload, { trigger: { job_id, due_at } });
    else db.notify(triggersChanged, job_id);
    await audit.record(db, made.id === id ? 'job.created' : 'job.replaced', {
      target_id: made.id,
      detail: { job_id, function: name, trigger_type },
    });
    return shown(made);
  });
}
