/** Jobs: the verb of making one, or of putting another in its place. */
import { sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { triggersChanged } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { find, shown } from './find.ts';
import { fitted, type NewTrigger } from './fit.ts';
import { type Job, type JobCreate, JobExists, JobIsBuiltin, jobs } from './model.ts';

type Row = NewTrigger & { id: string };

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

/**
 * Makes a job, or puts it in the place of one that has the same name.
 *
 * @throws Invalid, naming every place that is wrong
 * @throws JobExists, JobIsBuiltin
 */
export function create(db: Db, ports: Ports, input: JobCreate): Promise<Job> {
  const id = newId();
  const row = { ...fitted(ports, id, input), id };
  const write = input.replace_existing ? upsert : insert;
  return db.transaction(async (db) => {
    const [made] = await write(db, row);
    if (!made) throw (await find(db, row.job_id)).is_builtin ? JobIsBuiltin() : JobExists();
    db.notify(triggersChanged, made.job_id);
    const { job_id, function: name, trigger_type } = made;
    await audit.record(db, made.id === id ? 'job.created' : 'job.replaced', {
      target_id: made.id,
      detail: { job_id, function: name, trigger_type },
    });
    return shown(made);
  });
}
