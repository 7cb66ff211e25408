/** Sorting a list by any of its columns, either way, and what comes after a row in that order. */
import { isNotNull, isNull, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** By a column and, among equals, by the id; nulls come last whichever way it is sorted. */
export type Order = {
  readonly column: PgColumn;
  readonly id: PgColumn;
  readonly isDescending: boolean;
  /** From the end to the beginning: nulls come first then. */
  readonly isBack: boolean;
};

/** The field that a sort is by. */
export const fieldOf = (sort: string): string => sort.replace('-', '');

/** @throws where a model declares a sort by what its list does not show */
export function orderOf(
  { id, ...columns }: Readonly<Record<string, PgColumn>>,
  sort: string,
  isBack: boolean,
): Order {
  const column = columns[fieldOf(sort)];
  if (!id || !column) throw new Error(`this list shows no column to sort by as ${sort} says`);
  return { column, id, isDescending: sort.startsWith('-'), isBack };
}

/**
 * What is compared: a text by its code points, which no update of the system changes; one of a few
 * words by its place among them, as the model has them.
 */
function ranked({ column }: Order, value: SQLWrapper): SQL {
  if (column.enumValues) {
    const words = sql.raw(column.enumValues.map((word) => `'${word}'`).join());
    return sql`array_position(array[${words}], ${value}::text)`;
  }
  return column.getSQLType() === 'text' ? sql`${value}::text collate "C"` : sql`${value}`;
}

const falls = ({ isDescending, isBack }: Order) => isDescending !== isBack;

export function inOrder(order: Order): SQL[] {
  const { column, id, isBack } = order;
  const way = sql.raw(falls(order) ? 'desc' : 'asc');
  // Said only where there may be some: an index has them at the other end of a descending scan.
  const nulls = column.notNull ? sql`` : sql.raw(isBack ? ' nulls first' : ' nulls last');
  return [sql`${ranked(order, column)} ${way}${nulls}`, sql`${id} ${way}`];
}

type At = {
  /** Undefined where the row has none. */
  readonly value: SQL | undefined;
  readonly id: SQL;
  readonly isInclusive: boolean;
};

/** What comes in this order after the row that has these, and with it where that is said. */
export function after(order: Order, { value, id, isInclusive }: At): SQL | undefined {
  const { column, isBack } = order;
  const beyond = sql.raw(`${falls(order) ? '<' : '>'}${isInclusive ? '=' : ''}`);
  const isBeyondById = sql`${order.id} ${beyond} ${id}`;
  if (!value) {
    return isBack
      ? or(isNotNull(column), isBeyondById)
      : sql`(${isNull(column)} and ${isBeyondById})`;
  }
  const isBeyond = sql`(${ranked(order, column)}, ${order.id}) ${beyond} (${ranked(order, value)}, ${id})`;
  return column.notNull || isBack ? isBeyond : or(isBeyond, isNull(column));
}
