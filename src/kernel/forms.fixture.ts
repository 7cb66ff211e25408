/** For tests: every form of statement that the builder makes, about the rows of one person. */
import { and, count, desc, eq, exists, gt, ilike, inArray, sql } from 'drizzle-orm';
import { alias, text, union, unionAll, uuid } from 'drizzle-orm/pg-core';
import { build, plinth } from './db.ts';
import { newId } from './id.ts';
import { nilUuid } from './principal.ts';
import { tenantPolicies } from './row-security.ts';

export const notes = plinth.table(
  'notes',
  { id: uuid().primaryKey(), owner_id: uuid(), organization_id: uuid(), select: text() },
  () => tenantPolicies('notes', 'tasks'),
);

export const [ada, bob] = [newId(), newId()];
export const [first, second, his] = [newId(), newId(), newId()];

const hers = eq(notes.owner_id, ada);
const other = alias(notes, 'other');
const ids = { id: notes.id };
const some = build.$with('some').as(build.select(ids).from(notes).where(hers));
const gone = build.$with('gone').as(build.delete(notes).where(hers).returning());
const page = build.select().from(notes).where(hers).orderBy(desc(notes.id)).limit(1).as('page');
const row = () => ({ id: newId(), owner_id: ada, select: 'new' });

type Built = { toSQL(): { sql: string; params: unknown[] } };

/** What touches her rows. */
export const forms: Readonly<Record<string, Built>> = {
  select: build.select().from(notes).where(hers),
  'select with a string that looks like SQL': build
    .select({ said: sql`'(it''s returning ) with' || "select"`.as('insert') })
    .from(notes)
    .where(hers),
  'select with limit, offset and lock': build
    .select()
    .from(notes)
    .where(and(hers, gt(notes.id, nilUuid)))
    .orderBy(notes.id)
    .limit(5)
    .offset(1)
    .for('no key update', { skipLocked: true }),
  'select distinct': build.selectDistinct({ select: notes.select }).from(notes).where(hers),
  'select of an aggregate': build
    .select({ owner_id: notes.owner_id, total: count().as('total') })
    .from(notes)
    .where(hers)
    .groupBy(notes.owner_id),
  join: build
    .select({ id: notes.id, again: sql`${other.id}`.as('again') })
    .from(notes)
    .innerJoin(other, eq(notes.id, other.id))
    .where(hers),
  'subquery in FROM': build.select().from(page),
  'subquery in WHERE': build
    .select(ids)
    .from(notes)
    .where(
      inArray(notes.id, build.select({ id: other.id }).from(other).where(eq(other.owner_id, ada))),
    ),
  EXISTS: build
    .select(ids)
    .from(notes)
    .where(and(hers, exists(build.select().from(other).where(eq(other.id, notes.id))))),
  'select with WITH': build.with(some).select().from(some),
  'select with WITH that deletes': build.with(gone).select().from(gone),
  'select with WITH that deletes and is not read': build.with(gone).select().from(page),
  'select of one with WITH that deletes all': build.with(gone).select().from(gone).limit(1),
  union: union(
    build.select(ids).from(notes).where(hers),
    build
      .select(ids)
      .from(notes)
      .where(and(hers, ilike(notes.select, '%(%'))),
  ),
  'union of selects with WITH': unionAll(
    build.with(some).select().from(some),
    build.with(some).select().from(some),
  ),
  insert: build.insert(notes).values(row()),
  'insert returning': build.insert(notes).values([row(), row()]).returning(ids),
  'insert of what another insert refuses': build
    .insert(notes)
    .values({ ...row(), id: first })
    .onConflictDoNothing()
    .returning(ids),
  'insert that becomes an update': build
    .insert(notes)
    .values({ ...row(), id: first })
    .onConflictDoUpdate({ target: notes.id, set: { select: 'changed' }, setWhere: hers })
    .returning(),
  'insert of a select': build.insert(notes).select(
    build
      .select({
        id: sql`gen_random_uuid()`.as('id'),
        owner_id: notes.owner_id,
        organization_id: notes.organization_id,
        select: notes.select,
      })
      .from(notes)
      .where(hers),
  ),
  'insert of what WITH deletes': build
    .with(gone)
    .insert(notes)
    .select(build.select().from(gone))
    .returning({ select: notes.select }),
  update: build.update(notes).set({ select: 'returning' }).where(hers),
  'update to a string that looks like SQL': build
    .update(notes)
    .set({ select: sql`'returning' || ") ("` as never })
    .from(
      build
        .select({ sign: sql`')'`.as(') (') })
        .from(other)
        .limit(1)
        .as('signs'),
    )
    .where(hers),
  'update returning': build.update(notes).set({ select: 'changed' }).where(hers).returning(),
  'update from': build
    .update(notes)
    .set({ select: sql`${other.select} || '!'` })
    .from(other)
    .where(and(hers, eq(other.id, notes.id)))
    .returning(ids),
  'update with WITH': build
    .with(some)
    .update(notes)
    .set({ select: 'changed' })
    .where(inArray(notes.id, build.select().from(some))),
  delete: build.delete(notes).where(hers),
  'delete returning': build.delete(notes).where(hers).returning(ids),
  'delete with WITH that updates': build
    .with(
      build
        .$with('changed')
        .as(build.update(notes).set({ select: 'x' }).where(eq(notes.id, first)).returning(ids)),
    )
    .delete(notes)
    .where(eq(notes.id, second))
    .returning(ids),
};
