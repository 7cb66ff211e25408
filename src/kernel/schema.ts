/** The vocabulary of the wire, shared by every feature. */
import { type Static, type TProperties, type TSchema, Type } from 'typebox';

export const Id = Type.String({ format: 'uuid' });

/** An instant, ISO 8601 in UTC with milliseconds, text from the driver to the wire. */
export const Timestamp = Type.String({
  format: 'date-time',
  examples: ['2026-11-20T15:30:00.123Z'],
});

/** An instant that is still to come. */
export const Expiry = Type.String({
  format: 'date-time',
  examples: ['2027-11-20T15:30:00.000Z'],
});

/** The titles of tasks, items and their like. */
export const Title = Type.String({
  minLength: 1,
  maxLength: 255,
  examples: ['Order punched cards'],
});

/** @param examples where null is what is usual */
export const Nullable = <Schema extends TSchema>(
  schema: Schema,
  more: { readonly examples?: readonly unknown[] } = {},
) => Type.Union([schema, Type.Null()], more);

/**
 * What a caller may send: these properties and no others. Only closed objects may be a body.
 *
 * @param examples where not all of them go together
 */
export const Input = <Properties extends TProperties>(
  title: string,
  properties: Properties,
  more: { readonly examples?: readonly unknown[] } = {},
) => Type.Object(properties, { title, additionalProperties: false, ...more });

/** A change: any of the properties, at least one. */
export const Change = <Properties extends TProperties>(title: string, properties: Properties) =>
  Type.Partial(Type.Object(properties), { title, additionalProperties: false, minProperties: 1 });

/** What may be asked in the query string: a misspelt filter is refused, not ignored. */
export const Query = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

/** Counting further than this costs more than anybody reads. */
export const countedUpTo = 10_000;

const maxOffset = 2_147_483_647;

/** The parameters every list takes, to be spread beside the feature's own filters. */
export const paging = {
  limit: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 50,
    description: 'So many rows at most.',
  }),
  skip: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: maxOffset,
      description: 'Pass over so many; a cursor is cheaper, and misses nothing.',
    }),
  ),
  offset: Type.Optional(
    Type.Integer({ minimum: 0, maximum: maxOffset, description: 'Another name of `skip`.' }),
  ),
  cursor: Type.Optional(
    Type.String({
      maxLength: 1_500,
      description:
        'The `next_cursor` or `prev_cursor` of another page of the same query; `limit` and `count` may differ.',
    }),
  ),
  count: Type.Boolean({ default: true, description: '`false` leaves the total out.' }),
};
export const PageQuery = Query(paging);
export type PageQuery = Static<typeof PageQuery>;

/** How lists are sorted unless the caller says otherwise. */
export const newestFirst = '-created_at';

/**
 * By which columns a list can be sorted, each both ways; `created_at` has to be one of them, for the
 * default.
 */
export const Sort = <const Column extends string>(...columns: readonly Column[]) =>
  Type.Enum(
    columns.flatMap((column): (Column | `-${Column}`)[] => [column, `-${column}`]),
    {
      default: newestFirst,
      description:
        'By which field; `-` turns it round. Texts go by code point, nulls come last. Where the value changes on the way, a row may be met again, or not at all.',
    },
  );

/** Text to look for. @param description in which fields */
export const Search = (description: string) =>
  Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: `${description} Taken literally, in any case.`,
      examples: ['cards'],
    }),
  );

const Moment = (description: string) =>
  Type.Optional(
    Type.String({ format: 'date-time', description, examples: ['2026-11-01T00:00:00.000Z'] }),
  );

/** When it was created, in a query. */
export const createdBetween = {
  created_after: Moment('Created at this instant or later.'),
  created_before: Moment('Created before this instant.'),
};

/** When it is due, in a query. */
export const dueBetween = {
  due_after: Moment('Due at this instant or later.'),
  due_before: Moment('Due before this instant.'),
};

/**
 * One resource as it is answered, such as a task. Its row has a `version`, which is not shown: it is
 * in the `ETag` of every answer, and what `If-Match` compares.
 */
export const Resource = <Properties extends TProperties>(title: string, properties: Properties) =>
  Type.Object(properties, { title, versioned: true });

/** A page of a list; `title` names it in the API description. */
export const Page = <Item extends TSchema>(title: string, item: Item) =>
  Type.Object(
    {
      data: Type.Array(item),
      count: Type.Optional(
        Type.Integer({
          examples: [1],
          description: `How many there are in all, counted up to ${countedUpTo.toLocaleString('en')}; left out by \`count=false\`.`,
        }),
      ),
      count_is_lower_bound: Type.Optional(
        Type.Boolean({
          description: 'Whether there are more than `count`; left out with it.',
          examples: [false],
        }),
      ),
      next_cursor: Nullable(
        Type.String({ description: 'Leads to the next page; null on the last.' }),
        { examples: [null] },
      ),
      prev_cursor: Nullable(
        Type.String({ description: 'Leads back to the page before; null on the first.' }),
        { examples: [null] },
      ),
    },
    { title },
  );

/** A sentence, where there is nothing else to answer. */
export const Message = Type.Object(
  { message: Type.String({ examples: ['It is done'] }) },
  { title: 'Message' },
);
