/** Filters that lists have in common: text that is looked for, and spans of time. */
import { and, gte, ilike, lt, or, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { Invalid } from '#kernel/problem.ts';
import type { PageQuery } from '#kernel/schema.ts';

/** What a query asks beside which page. */
export type FilterOf<Query> = {
  [Key in Exclude<keyof Query, keyof PageQuery | 'sort'>]?: Query[Key] | undefined;
};

export function filterOf<Query extends PageQuery & { readonly sort?: string }>(
  query: Query,
): FilterOf<Query> {
  const { limit, skip, offset, cursor, count, sort, ...filter } = query;
  return filter;
}

/** The pattern of a text that may stand anywhere; what is a wildcard in patterns means itself. */
export const anywhere = (text: string | undefined): string | undefined =>
  text && `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** One of the columns matches, in any case. */
export const oneIsLike = (
  pattern: SQL<string> | undefined,
  ...columns: readonly PgColumn[]
): SQL | undefined => pattern && or(...columns.map((column) => ilike(column, pattern)));

/** An instant from the first of two on, and before the second; a row without one is in no span. */
export const isWithin = (
  column: PgColumn,
  from: SQL<string> | undefined,
  to: SQL<string> | undefined,
): SQL | undefined => and(from && gte(column, from), to && lt(column, to));

/**
 * Refuses a span of time that ends before it begins.
 *
 * @param query the parameters of a list
 * @throws Invalid, which names both
 */
export function refuseBackward<Query extends object>(
  query: Query,
  from: keyof Query & string,
  to: keyof Query & string,
): void {
  const [begin, end] = [query[from], query[to]] as (string | undefined)[];
  if (begin && end && Date.parse(begin) > Date.parse(end)) {
    throw Invalid(`${from} is later than ${to}`);
  }
}
