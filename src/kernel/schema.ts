/** The vocabulary of the wire, shared by every feature. */
import { type Static, type TProperties, type TSchema, Type } from 'typebox';

export const Id = Type.String({ format: 'uuid' });

/** An instant, ISO 8601 in UTC with milliseconds, text from the driver to the wire. */
export const Timestamp = Type.String({
  format: 'date-time',
  examples: ['2026-11-20T15:30:00.123Z'],
});

/** The titles of tasks, items and their like. */
export const Title = Type.String({ minLength: 1, maxLength: 255 });

export const Nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** What a caller may send: these properties and no others. Only closed objects may be a body. */
export const Input = <Properties extends TProperties>(title: string, properties: Properties) =>
  Type.Object(properties, { title, additionalProperties: false });

/** A change: any of the properties, at least one. */
export const Change = <Properties extends TProperties>(title: string, properties: Properties) =>
  Type.Partial(Type.Object(properties), { title, additionalProperties: false, minProperties: 1 });

/** What may be asked in the query string: a misspelt filter is refused, not ignored. */
export const Query = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

const maxOffset = 2_147_483_647;

/** The parameters every list takes, to be spread beside the feature's own filters. */
export const paging = {
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
  skip: Type.Optional(Type.Integer({ minimum: 0, maximum: maxOffset })),
  offset: Type.Optional(
    Type.Integer({ minimum: 0, maximum: maxOffset, description: 'Another name of `skip`.' }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: 'The `next_cursor` of the page before.' }),
  ),
  count: Type.Boolean({ default: true, description: '`false` leaves the total out.' }),
};
export const PageQuery = Query(paging);
export type PageQuery = Static<typeof PageQuery>;

/** A page of a list; `title` names it in the API description. */
export const Page = <Item extends TSchema>(title: string, item: Item) =>
  Type.Object(
    {
      data: Type.Array(item),
      count: Type.Optional(
        Type.Integer({ description: 'How many there are in all; left out by `count=false`.' }),
      ),
      next_cursor: Nullable(Type.String({ description: 'Null on the last page.' })),
    },
    { title },
  );

/** A sentence, where there is nothing else to answer. */
export const Message = Type.Object({ message: Type.String() }, { title: 'Message' });
