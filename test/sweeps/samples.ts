/** A value that is sure to fit a schema. */
import { randomUUID } from 'node:crypto';
import type { TSchema } from 'typebox';

type Schema = {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly examples?: readonly unknown[];
};

const formats: Readonly<Record<string, () => string>> = {
  uuid: () => randomUUID(),
  email: () => `${randomUUID()}@example.com`,
  'date-time': () => '2030-01-01T00:00:00.000Z',
  date: () => '2030-01-01',
  uri: () => 'https://example.com/',
};

type Given = Readonly<Record<string, unknown>>;

/**
 * A value that fits, every optional field given; texts hold `marker`.
 *
 * @param given properties, whatever the schema says of them; what is undefined is left out
 */
export function sample(schema: TSchema | Schema, marker: string, given: Given = {}): unknown {
  const { type, anyOf, format, properties = {}, ...rest } = schema as Schema;
  if (rest.const !== undefined) return rest.const;
  if (rest.enum) return rest.enum[0];
  if (anyOf) return sample(anyOf.find((one) => one.type !== 'null') ?? {}, marker);
  if (type === 'integer' || type === 'number') return rest.minimum ?? 1;
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  if (type === 'array') {
    return Array.from({ length: rest.minItems ?? 0 }, () => sample(rest.items ?? {}, marker));
  }
  if (type === 'object') {
    // Where not all of its fields go together, it says which do.
    const [whole] = (rest.examples ?? []) as Given[];
    const valueIn = (name: string, inner: Schema) => (whole ? whole[name] : sample(inner, marker));
    const fields = Object.entries(properties).map(
      ([name, inner]) => [name, name in given ? given[name] : valueIn(name, inner)] as const,
    );
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  }
  const text = format ? formats[format]?.() : undefined;
  return text ?? marker.padEnd(rest.minLength ?? 1, '.').slice(0, rest.maxLength);
}

/** The properties of an object that are ids, and how an id is written there; null where one may be. */
export function idsIn(schema: TSchema | undefined) {
  const { properties = {} } = (schema ?? {}) as Schema;
  return Object.entries(properties).flatMap(([name, inner]) => {
    const isNullable = inner.anyOf?.some(({ type }) => type === 'null') ?? false;
    const plain = inner.anyOf?.find(({ type }) => type !== 'null') ?? inner;
    const isList = plain.type === 'array';
    if ((isList ? plain.items : plain)?.format !== 'uuid') return [];
    return [{ name, isNullable, write: (id: string) => (isList ? [id] : id) }];
  });
}

/** The values of a property that has few; undefined where it has many. */
export const choicesOf = ({ enum: choices, anyOf }: Schema): readonly unknown[] | undefined =>
  choices ?? anyOf?.map((one) => one.const).filter((choice) => choice !== undefined);
