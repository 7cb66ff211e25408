/** Examples of the API description: made from the schemas, the same each time, and valid by them. */
import { createHash } from 'node:crypto';
import type { TSchema } from 'typebox';
import { type JsonSchema, sortByName } from './schemas.ts';

type Example = {
  readonly summary?: string;
  readonly description?: string;
  readonly value: unknown;
};
/** Where an example stands once, under its name. */
type Named = { readonly examples: Readonly<Record<string, { readonly $ref: string }>> };

/** Gathers the examples that have a name: each stands once and is referred to. */
export function exampleLibrary() {
  const named = new Map<string, Example>();

  /** Keeps an example under a name of the document, which says where it was first met. */
  function keep(name: string, key: string, example: Example): Named {
    const known = named.get(name);
    if (known && JSON.stringify(known) !== JSON.stringify(example)) {
      throw new Error(`two different examples are named ${name}`);
    }
    named.set(name, example);
    return { examples: { [key]: { $ref: `#/components/examples/${name}` } } };
  }

  /** What a body or an answer of this schema looks like; by reference if the schema has a name. */
  function of(schema: TSchema): Named | { readonly example: unknown } {
    const { title } = schema as JsonSchema;
    const value = exampleOf(schema as JsonSchema);
    return typeof title === 'string' ? keep(title, title, { value }) : { example: value };
  }

  return { keep, of, all: () => sortByName(named) };
}
export type ExampleLibrary = ReturnType<typeof exampleLibrary>;

/**
 * A value that the schema takes: what the model gives as an example, and what follows from the rest.
 *
 * @param name of the property that holds it
 * @param noun the title of the object around it
 */
export function exampleOf(schema: JsonSchema, name = '', noun = ''): unknown {
  const { examples, const: only, enum: choices, anyOf, default: fallback } = schema;
  if (Array.isArray(examples)) return examples[0];
  if (fallback !== undefined) return fallback;
  if ('const' in schema) return only;
  if (Array.isArray(choices)) return choices[0];
  if (Array.isArray(anyOf)) {
    const [branch] = anyOf.filter(({ type }) => type !== 'null');
    return exampleOf(branch, name, noun);
  }
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return [exampleOf(schema.items as JsonSchema, name, noun)];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'string':
      return textOf(schema, name, noun);
    default:
      return null;
  }
}

/** Everything it may hold; of a change, which is any of its properties, the first. */
function objectOf(schema: JsonSchema): unknown {
  const { title = '', properties = {}, required, minProperties } = schema;
  const all = Object.entries(properties as Record<string, JsonSchema>);
  const some = minProperties && !required ? all.slice(0, minProperties as number) : all;
  return Object.fromEntries(
    some.map(([name, property]) => [name, exampleOf(property, name, title as string)]),
  );
}

function textOf({ format }: JsonSchema, name: string, noun: string): string {
  switch (format) {
    case 'uuid':
      return idOf(name === 'id' || name === '' ? noun : name.replace(/_?id$/i, ''));
    case 'uri':
      return 'https://api.example.com';
    default:
      return words(name);
  }
}

/** The id that whatever is named so has in every example, a version 7 UUID (RFC 9562). */
function idOf(noun: string): string {
  const hash = createHash('sha256').update(words(noun).toLowerCase()).digest('hex');
  return `019a9c5e-${hash.slice(0, 4)}-7${hash.slice(4, 7)}-8${hash.slice(7, 10)}-${hash.slice(10, 22)}`;
}

/** `user_agent`, `userAgent` and `UserAgent` as a person writes them. */
function words(name: string): string {
  const apart = name.replaceAll(/_|(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return apart.charAt(0).toUpperCase() + apart.slice(1);
}
