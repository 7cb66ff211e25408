/** Cursors: a place in a list, signed together with the query it is a place of. */
import { timingSafeEqual } from 'node:crypto';
import type { Db } from '#kernel/db.ts';
import { Invalid } from '#kernel/problem.ts';
import type { PageQuery } from '#kernel/schema.ts';
import { fieldOf } from './sorting.ts';

/** Where a page begins: beside a row that was there, whether or not it still is. */
type Place = {
  /** Of the row, by what the list is sorted; null where it has none. */
  readonly value: string | null;
  readonly id: string;
  /** Towards the beginning of the list. */
  readonly isBack: boolean;
  /** The row belongs to the page: it was on none. */
  readonly isInclusive: boolean;
};

/** What a cursor is good for. */
export type Bound = {
  readonly list: string;
  readonly sort: string;
  /** Whose rows, and which of them. */
  readonly filter: object;
};

const macBytes = 16;
const idLength = 36;

/** 128 bits of the signature, which is the same on every process and after a restart. */
function macOf(db: Db, { list, sort, filter }: Bound, place: string) {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return db.sign(JSON.stringify([list, sort, given.sort(), place])).subarray(0, macBytes);
}

/** @returns base64url that says nothing to whoever reads it, though it hides nothing either */
function cursorTo(db: Db, bound: Bound, place: Place): string {
  const { value, id, isBack, isInclusive } = place;
  const flags = (isBack ? 1 : 0) | (isInclusive ? 2 : 0) | (value === null ? 4 : 0);
  const text = `${flags}${id}${value ?? ''}`;
  return Buffer.concat([macOf(db, bound, text), Buffer.from(text)]).toString('base64url');
}

function placeOf(db: Db, bound: Bound, cursor: string): Place {
  const bytes = Buffer.from(cursor, 'base64url');
  const text = bytes.subarray(macBytes).toString();
  const isOurs =
    bytes.toString('base64url') === cursor &&
    bytes.length > macBytes &&
    timingSafeEqual(bytes.subarray(0, macBytes), macOf(db, bound, text));
  if (!isOurs) {
    throw Invalid('This cursor is of no page of this query; begin again without it');
  }
  const flags = Number(text[0]);
  return {
    value: flags & 4 ? null : text.slice(1 + idLength),
    id: text.slice(1, 1 + idLength),
    isBack: (flags & 1) > 0,
    isInclusive: (flags & 2) > 0,
  };
}

type Start = { readonly place?: Place; readonly skip?: number | undefined };

/**
 * Where a page begins.
 *
 * @throws Invalid for two positions at once, or a cursor that was not made here for the same query
 */
export function startOf(db: Db, bound: Bound, { skip, offset, cursor }: PageQuery): Start {
  if ([skip, offset, cursor].filter((given) => given !== undefined).length > 1) {
    throw Invalid('Give one of skip, offset and cursor');
  }
  if (cursor === undefined) return { skip: (skip ?? offset) || undefined };
  return { place: placeOf(db, bound, cursor) };
}

/**
 * Where the pages beside this one begin; one that is empty leads back where it came from.
 *
 * @param goesOn whether there are more rows in the direction of the page
 * @returns null where there is nothing on that side
 */
export function cursorsOf<Row extends { id: string }>(
  db: Db,
  bound: Bound,
  rows: readonly Row[],
  { place, skip }: Start,
  goesOn: boolean,
) {
  const write = (place: Place) => cursorTo(db, bound, place);
  const [top, bottom] = [rows[0], rows.at(-1)];
  if (!top || !bottom) {
    const turned = place && write({ ...place, isBack: !place.isBack, isInclusive: true });
    const [next_cursor, prev_cursor] = place?.isBack ? [turned, null] : [null, turned];
    return { next_cursor: next_cursor ?? null, prev_cursor: prev_cursor ?? null };
  }
  const beside = (row: Row, isBack: boolean) => {
    const value = row[fieldOf(bound.sort) as keyof Row];
    const told = value === null ? null : String(value);
    return write({ value: told, id: row.id, isBack, isInclusive: false });
  };
  const hasBefore = place?.isBack ? goesOn : place !== undefined || skip !== undefined;
  const hasAfter = place?.isBack || goesOn;
  return {
    next_cursor: hasAfter ? beside(bottom, false) : null,
    prev_cursor: hasBefore ? beside(top, true) : null,
  };
}
