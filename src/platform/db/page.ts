/** Lists: a page and its total in one statement, newest first, by offset or by key. */
import { and, desc, type GetColumnData, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { build, type Db } from '#kernel/db.ts';
import { Invalid } from '#kernel/problem.ts';
import type { PageQuery } from '#kernel/schema.ts';
import { type Slots, statement } from '#kernel/statement.ts';

type ListedTable = PgTable & { readonly id: PgColumn; readonly created_at: PgColumn };

type Window = {
  limit: number;
  skip?: number | undefined;
  after_at?: string | undefined;
  after_id?: string | undefined;
  /** Present where the total is wanted. */
  total?: true | undefined;
};

type Page<Row> = { data: Row[]; count?: number; next_cursor: string | null };

type Columns = Readonly<Record<string, PgColumn>>;
type RowOf<Shown extends Columns> = { [Key in keyof Shown]: GetColumnData<Shown[Key]> };

/** What is shown of another table too, of which each row has one at most. */
type Beside<Filter, Shown extends Columns> = {
  /** All that is shown, `id` and `created_at` of the listed table with it. */
  readonly columns: Shown;
  readonly table: PgTable;
  on(slots: Slots<Filter>): SQL | undefined;
};

/**
 * Declares a list of a table's rows, newest first. Keyset pages (`cursor`) stay stable while rows
 * are added, and cost the same however deep they are; an index on the filter's owner, `created_at`
 * and `id` serves both.
 *
 * @param where the filter, and who may see a row
 * @returns the verb; it throws `Invalid` for a cursor that is none, or two positions at once
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
): (db: Db, filter: Filter, query: PageQuery) => Promise<Page<RowOf<Shown>>> {
  type Row = RowOf<Shown> & { id: string; created_at: string };

  const list = statement(name, (slots: Slots<Filter & Window>) => {
    const { limit, skip, after_at, after_id, total } = slots as Slots<Window>;
    const seen = where(slots as Slots<Filter>);
    const after =
      after_at && after_id && sql`(${table.created_at}, ${table.id}) < (${after_at}, ${after_id})`;
    const rows = build
      .select(beside?.columns ?? getTableColumns(table as PgTable))
      .from(table as PgTable)
      .where(and(seen, after))
      .orderBy(desc(table.created_at), desc(table.id))
      .limit(limit as never)
      .$dynamic();
    if (beside) rows.leftJoin(beside.table, beside.on(slots as Slots<Filter>));
    if (skip) rows.offset(skip as never);
    return total ? withTotal(table, rows, seen) : rows;
  });

  return async (db, filter, query) => {
    const window = { limit: query.limit + 1, total: query.count || undefined, ...position(query) };
    const found = (await list(db, { ...filter, ...window })) as (Row & { total?: number })[];
    const [first] = found;
    const data = first?.id ? found.slice(0, query.limit) : []; // an empty page has only its total
    const last = found.length > query.limit ? data.at(-1) : undefined;
    return {
      data,
      ...(query.count && { count: first?.total ?? 0 }),
      next_cursor: last ? cursorAfter(last) : null,
    };
  };
}

/** The total stands on the left, so that it arrives even where the page is past the end. */
function withTotal(table: ListedTable, rows: { as(alias: 'page'): unknown }, seen?: SQL) {
  const page = rows.as('page') as typeof table;
  const total = build
    .select({ total: sql<number>`count(*)`.as('total') })
    .from(table as PgTable)
    .where(seen)
    .as('totals');
  return build
    .select()
    .from(total)
    .leftJoin(page, sql`true`)
    .orderBy(desc(page.created_at), desc(page.id));
}

/** Where a page begins, in the words of the statement. */
function position({ skip, offset, cursor }: PageQuery): Partial<Window> {
  if ([skip, offset, cursor].filter((given) => given !== undefined).length > 1) {
    throw Invalid('Give one of skip, offset and cursor');
  }
  if (cursor === undefined) return { skip: (skip ?? offset) || undefined };
  const [after_at = '', after_id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (!isInstant(after_at) || !uuid.test(after_id)) throw Invalid('This cursor is not one of ours');
  return { after_at, after_id };
}

const cursorAfter = (row: { created_at: string; id: string }) =>
  Buffer.from(`${row.created_at} ${row.id}`).toString('base64url');

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

function isInstant(text: string) {
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && at.toISOString() === text;
}
