/** Schemas of the API description: TypeBox's are JSON Schema 2020-12 already, only names are lifted out. */

import type { TSchema } from 'typebox';

/** JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export type JsonSchema = { readonly [keyword: string]: unknown };
export type Reference = { readonly $ref: string };

/** Keywords whose value is a value, and those whose value is schemas by name; the rest hold schemas. */
const valueKeywords = new Set(['const', 'default', 'enum', 'examples']);
const namingKeywords = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas']);

/** Whether a property must be there: not if it has a default and the object is one callers send. */
export function isRequired(object: TSchema, name: string): boolean {
  const { additionalProperties, properties, required } = object as JsonSchema;
  const closed = additionalProperties === false; // `Input`, `Change` and `Query` are, answers are not
  const property = (properties as Record<string, JsonSchema>)[name];
  const defaulted = closed && property?.default !== undefined;
  return ((required as string[] | undefined)?.includes(name) ?? false) && !defaulted;
}

/** The entries in the order of their names, so that the same routes give the same text. */
export const sortByName = <Value>(entries: ReadonlyMap<string, Value>): Record<string, Value> =>
  Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));

/** Gathers the objects that have a title: each is described once and referred to by its name. */
export function schemaLibrary() {
  const named = new Map<string, JsonSchema>();

  /** The schema as it stands in the description: a reference if it has a name. */
  function embed(schema: TSchema): JsonSchema | Reference {
    const { title, type } = schema as JsonSchema;
    const described = describe(schema);
    if (type !== 'object' || typeof title !== 'string') return described;
    if (!/^[\w.-]+$/.test(title)) throw new Error(`"${title}" is no name for a schema`);
    const known = named.get(title);
    if (known && JSON.stringify(known) !== JSON.stringify(described)) {
      throw new Error(`two different schemas are named ${title}`);
    }
    named.set(title, described);
    return { $ref: `#/components/schemas/${title}` };
  }

  function describe(schema: TSchema): JsonSchema {
    const described: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (keyword === 'required') {
        const required = (value as string[]).filter((name) => isRequired(schema, name));
        if (required.length > 0) described.required = required;
      } else if (keyword === 'versioned')
        continue; // ours; the headers of the answer tell it
      else if (valueKeywords.has(keyword)) described[keyword] = value;
      else if (namingKeywords.has(keyword)) {
        const parts = Object.entries(value as Record<string, TSchema>);
        described[keyword] = Object.fromEntries(parts.map(([name, part]) => [name, embed(part)]));
      } else described[keyword] = embedWithin(value);
    }
    return described;
  }

  function embedWithin(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(embedWithin);
    return typeof value === 'object' && value !== null ? embed(value) : value;
  }

  /** Everything named so far, by name. */
  const all = () => sortByName(named);

  return { embed, all };
}
export type SchemaLibrary = ReturnType<typeof schemaLibrary>;
