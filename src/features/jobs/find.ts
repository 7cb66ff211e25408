/** Jobs: finding one, and how it is answered. */
import { eq } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { type Job, JobNotFound, jobs, type Trigger } from './model.ts';

/** As it is answered. */
export function shown(trigger: Trigger): Job {
  const status = trigger.paused ? 'paused' : trigger.next_run_at ? 'scheduled' : 'finished';
  return { ...trigger, status };
}

const select = statement('jobs.get', ({ job_id }: Slots<{ job_id: string }>) =>
  build.select().from(jobs).where(eq(jobs.job_id, job_id)),
);

/** @throws JobNotFound */
export const find = async (db: Db, job_id: string): Promise<Trigger> =>
  one(await select(db, { job_id }), JobNotFound);

/** @throws JobNotFound */
export const get = async (db: Db, job_id: string): Promise<Job> => shown(await find(db, job_id));
