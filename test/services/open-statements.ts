/** Statements without a WHERE of their own that says whose: what policies let through is all there is. */
import { count, desc, eq, exists, inArray, sql } from 'drizzle-orm';
import { alias, union } from 'drizzle-orm/pg-core';
import { members } from '#features/organizations/model.ts';
import { tasks } from '#features/tasks/model.ts';
import { build } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';

const other = alias(tasks, 'other');
const all = build.$with('everything').as(build.select({ id: tasks.id }).from(tasks));
const total = { total: sql<number>`count(*)::int`.as('total') };
const newest = () =>
  build
    .select({ id: tasks.id, at: sql`${tasks.created_at}`.as('at') })
    .from(tasks)
    .orderBy(desc(tasks.created_at), desc(tasks.id))
    .limit(50);
type One = Slots<{ id: string }>;

export const reads = {
  point: statement('plans.point', ({ id }: One) =>
    build.select({ id: tasks.id }).from(tasks).where(eq(tasks.id, id)),
  ),
  exists: statement('plans.exists', ({ id }: One) =>
    build
      .select({
        there: sql<boolean>`${exists(build.select().from(tasks).where(eq(tasks.id, id)))}`.as(
          'there',
        ),
      })
      .from(sql`(select 1) as one`),
  ),
  locked: statement('plans.locked', ({ id }: One) =>
    build.select({ id: tasks.id }).from(tasks).where(eq(tasks.id, id)).for('no key update'),
  ),
};
export const page = statement('plans.page', () => newest());
export const pageWithTotal = statement('plans.page_with_total', () => {
  const [totals, rows] = [build.select(total).from(tasks).as('totals'), newest().as('rows')];
  return build
    .select()
    .from(totals)
    .leftJoin(rows, sql`true`)
    .orderBy(desc(rows.at), desc(rows.id));
});
export const counts = {
  all: statement('plans.count', () => build.select(total).from(tasks)),
  join: statement('plans.join', () =>
    build.select(total).from(tasks).innerJoin(other, eq(tasks.id, other.id)),
  ),
  with: statement('plans.with', () => build.with(all).select(total).from(all)),
  subquery: statement('plans.subquery', () =>
    build
      .select(total)
      .from(tasks)
      .where(inArray(tasks.id, build.select({ id: other.id }).from(other))),
  ),
  correlated: statement('plans.correlated', () =>
    build
      .select(total)
      .from(tasks)
      .where(exists(build.select().from(other).where(eq(other.id, tasks.id)))),
  ),
  grouped: statement('plans.grouped', () =>
    build.select({ total: sql<number>`coalesce(sum(one.total), 0)::int`.as('total') }).from(
      build
        .select({ total: count().as('total') })
        .from(tasks)
        .groupBy(tasks.owner_id, tasks.organization_id)
        .as('one'),
    ),
  ),
  union: statement('plans.union', () => {
    const half = (completed: boolean) =>
      build.select({ id: tasks.id }).from(tasks).where(eq(tasks.completed, completed));
    return build.select(total).from(union(half(true), half(false)).as('both'));
  }),
  'their members': statement('plans.members', () =>
    build
      .select({ total: sql<number>`count(distinct tasks.id)::int`.as('total') })
      .from(tasks)
      .leftJoin(members, eq(members.organization_id, tasks.organization_id)),
  ),
};
export const changeOne = statement('plans.change', ({ id }: One) =>
  build.update(tasks).set({ title: 'x' }).where(eq(tasks.id, id)).returning({ id: tasks.id }),
);
export const dropOne = statement('plans.drop', ({ id }: One) =>
  build.delete(tasks).where(eq(tasks.id, id)).returning({ id: tasks.id }),
);
export const changeAll = statement('plans.change_all', () =>
  build.update(tasks).set({ title: 'x' }).where(sql`true`).returning({ id: tasks.id }),
);
export const dropAll = statement('plans.drop_all', () => build.delete(tasks).where(sql`true`));
type New = { id: string; owner_id: string };
export const add = statement('plans.add', (row: Slots<New>) =>
  build
    .insert(tasks)
    .values({ ...row, title: 'new' })
    .returning({ id: tasks.id }),
);
export const put = statement('plans.put', (row: Slots<New>) =>
  build
    .insert(tasks)
    .values({ ...row, title: 'new' })
    .onConflictDoUpdate({ target: tasks.id, set: { title: 'put' } }),
);
