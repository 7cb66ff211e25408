/** Lists: a page and how many there are in one statement, in any order that is declared. */
import { and, type GetColumnData, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { build, type Db } from '#kernel/db.ts';
import { countedUpTo, newestFirst, type PageQuery } from '#kernel/schema.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { cursorsOf, startOf } from './cursor.ts';
import { after, inOrder, orderOf } from './sorting.ts';

type ListedTable = PgTable & { readonly id: PgColumn; readonly created_at: PgColumn };

/** What is a flag is there or not: each set of them has a statement of its own. */
type Window = {
  limit: number;
  skip?: number | undefined;
  at_value?: string | undefined;
  at_id?: string | undefined;
  is_inclusive?: true | undefined;
  is_back?: true | undefined;
  is_counted?: true | undefined;
};

/** Begins the flag that says by what the page is sorted. */
const by = 'by ';

type Page<Row> = {
  data: Row[];
  count?: number;
  count_is_lower_bound?: boolean;
  next_cursor: string | null;
  prev_cursor: string | null;
};

type Columns = Readonly<Record<string, PgColumn>>;
type RowOf<Shown extends Columns> = { [Key in keyof Shown]: GetColumnData<Shown[Key]> };
type SortedQuery<Shown> = PageQuery & { readonly sort?: `${'' | '-'}${keyof Shown & string}` };

/** What is shown where that is not the table as it is. */
type Beside<Filter, Shown extends Columns> = {
  /** All that is shown, `id` and `created_at` of the listed table with it. */
  readonly columns: Shown;
  /** Another table some of it is from, of which each row has one at most. */
  readonly table?: PgTable;
  on?(slots: Slots<Filter>): SQL | undefined;
};

/**
 * Declares a list of a table's rows, newest first unless the query says otherwise (`Sort`). Keyset
 * pages (`cursor`) stay stable while rows are added and removed, both ways, and by an index on the
 * filter's owner, `created_at` and `id` cost the same however deep they are; another order costs
 * what reading the filtered rows costs.
 *
 * @param where the filter, and who may see a row
 * @returns the verb; it throws `Invalid` for a cursor of another query, or two positions at once
 */
export function pages<
  Table extends ListedTable,
  Filter extends object,
  Shown extends Columns = Table['_']['columns'],
>(
  name: string,
  table: Table,
  where: (slots: Slots<Filter>) => SQL | undefined,
  beside?: Beside<Filter, Shown>,
): (db: Db, filter: Filter, query: SortedQuery<Shown>) => Promise<Page<RowOf<Shown>>> {
  type Row = RowOf<Shown> & { id: string };
  const columns: Columns = beside?.columns ?? getTableColumns(table as PgTable);

  const list = statement(name, (slots: Slots<Filter & Window>) => {
    const { limit, skip, at_value, at_id, is_counted, ...flags } = slots as Slots<Window>;
    const sort = Object.keys(flags)
      .find((flag) => flag.startsWith(by))
      ?.slice(by.length);
    const order = orderOf(columns, sort ?? newestFirst, flags.is_back !== undefined);
    const seen = where(slots as Slots<Filter>);
    const isInclusive = flags.is_inclusive !== undefined;
    const rows = build
      .select(columns)
      .from(table as PgTable)
      .where(and(seen, at_id && after(order, { value: at_value, id: at_id, isInclusive })))
      .orderBy(...inOrder(order))
      .limit(limit as never)
      .$dynamic();
    if (beside?.table) rows.leftJoin(beside.table, beside.on?.(slots as Slots<Filter>));
    if (skip) rows.offset(skip as never);
    return is_counted ? withTotal(table, rows, seen) : rows;
  });

  return async (db, filter, query) => {
    const { limit, count: isCounted, sort = newestFirst } = query;
    const bound = { list: name, sort, filter };
    const start = startOf(db, bound, query);
    const window: Window = {
      limit: limit + 1,
      skip: start.skip,
      at_value: start.place?.value ?? undefined,
      at_id: start.place?.id,
      is_inclusive: start.place?.isInclusive || undefined,
      is_back: start.place?.isBack || undefined,
      is_counted: isCounted || undefined,
    };
    const asked = { ...filter, ...window, [by + sort]: true };
    const found = (await list(db, asked)) as (Row & { total?: number })[];
    const [first] = found;
    const data = first?.id ? found.slice(0, limit) : []; // an empty page has only its total
    if (start.place?.isBack) data.reverse();
    const total = first?.total ?? 0;
    return {
      data,
      ...(isCounted && {
        count: Math.min(total, countedUpTo),
        count_is_lower_bound: total > countedUpTo,
      }),
      ...cursorsOf(db, bound, data, start, found.length > limit),
    };
  };
}

/**
 * The total stands on the left, so that it arrives even where the page is past the end. It is one row:
 * such a join goes over the page as it comes, and keeps its order.
 */
function withTotal(table: ListedTable, page: { as(alias: 'page'): unknown }, seen?: SQL) {
  const counted = build
    .select({ one: sql`1`.as('one') })
    .from(table as PgTable)
    .where(seen)
    .limit(sql.raw(String(countedUpTo + 1)) as never) // in the text, so that the planner knows it
    .as('counted');
  const totals = build
    .select({ total: sql<number>`count(*)`.as('total') })
    .from(counted)
    .as('totals');
  return build
    .select()
    .from(totals)
    .leftJoin(page.as('page') as typeof table, sql`true`);
}
