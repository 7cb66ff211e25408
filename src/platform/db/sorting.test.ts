/** Sorting: what a statement says must not depend on the language of the database. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { text, uuid } from 'drizzle-orm/pg-core';
import { build, plinth } from '#kernel/db.ts';
import { after, inOrder, orderOf } from './sorting.ts';

const columns = {
  id: uuid().primaryKey(),
  title: text().notNull(),
  size: text({ enum: ['small', 'large'] }),
};
const things = plinth.table('things', columns);

/** What stands in the WHERE and after ORDER BY of a page after some row. */
function saidOf(sort: string, isBack: boolean) {
  const order = orderOf(things as never, sort, isBack);
  const place = { value: sql`${'v'}`, id: sql`${'i'}`, isInclusive: false };
  const { sql: said } = build
    .select({ id: things.id })
    .from(things)
    .where(after(order, place))
    .orderBy(...inOrder(order))
    .toSQL();
  return said
    .replaceAll('"plinth"."things".', '')
    .split(/ where | order by /)
    .slice(1);
}

const cases = [
  ['title', false, '("title"::text collate "C", "id") > ($1::text collate "C", $2)'],
  ['-title', false, '("title"::text collate "C", "id") < ($1::text collate "C", $2)'],
  ['title', true, '("title"::text collate "C", "id") < ($1::text collate "C", $2)'],
] as const;

for (const [sort, isBack, where] of cases) {
  test(`by ${sort}${isBack ? ', back,' : ''} a text is compared and ordered by its code points`, () => {
    const way = where.includes('>') ? 'asc' : 'desc';
    assert.deepEqual(saidOf(sort, isBack), [
      where,
      `"title"::text collate "C" ${way}, "id" ${way}`,
    ]);
  });
}

test('one of a few words stands where the model has it, and nulls last both ways', () => {
  const rank = `array_position(array['small','large'], "size"::text)`;
  for (const [sort, way] of [
    ['size', 'asc'],
    ['-size', 'desc'],
  ] as const) {
    const [where, order] = saidOf(sort, false);
    assert.match(where ?? '', /or "size" is null\)$/);
    assert.equal(order, `${rank} ${way} nulls last, "id" ${way}`);
  }
  assert.match(saidOf('size', true)[1] ?? '', /desc nulls first/);
});

test('a sort by what a list does not show is a mistake of the model', () => {
  assert.throws(() => orderOf(things as never, '-colour', false), /shows no column/);
});
