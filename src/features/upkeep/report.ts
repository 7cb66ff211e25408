/** Upkeep: a job to read first. It counts what there is, and shows what a job is made of. */
import { count } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { items } from '#features/items/model.ts';
import { organizations } from '#features/organizations/model.ts';
import { tasks } from '#features/tasks/model.ts';
import { users } from '#features/users/model.ts';
import { build } from '#kernel/db.ts';
import { job } from '#kernel/job.ts';
import { Input } from '#kernel/schema.ts';
import { statement } from '#kernel/statement.ts';

const rowsOf = (table: PgTable) => () => build.select({ count: count().as('count') }).from(table);

const counts = {
  users: statement('upkeep.countUsers', rowsOf(users)),
  organizations: statement('upkeep.countOrganizations', rowsOf(organizations)),
  tasks: statement('upkeep.countTasks', rowsOf(tasks)),
  items: statement('upkeep.countItems', rowsOf(items)),
};

export const report = job({
  // What rows of the queue carry: it never changes. The summary is for whoever triggers it.
  name: 'report.counts',
  summary: 'Counts the users, organizations, tasks and items.',
  // What it is told, checked before it is stored and before it is run. This one is told nothing.
  payload: Input('ReportCounts', {}),
  // An attempt that takes longer is aborted, and one that fails is repeated so often.
  timeoutSeconds: 120,
  retries: 2,

  async run({ db, signal, log, progress }) {
    const result: Record<string, number> = {};
    const all = Object.entries(counts);
    for (const [index, [noun, select]] of all.entries()) {
      signal.throwIfAborted(); // its time is up, or it was cancelled, or the server stops
      const [row] = await select(db, {});
      result[noun] = Number(row?.count);
      log(`There are ${result[noun]} ${noun}.`);
      progress((index + 1) / all.length);
    }
    return result; // kept with the run, and shown in the history
  },
});
