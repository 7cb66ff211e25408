/** What a caller may send has an end: every string, every list, and the set of names. */

/** A JSON schema, as far as the law looks into it. */
export type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
const schemasIn = (value: unknown): [string, Schema][] =>
  isSchema(value)
    ? Object.entries(value).filter((entry): entry is [string, Schema] => isSchema(entry[1]))
    : [];

const endsText = ['maxLength', 'format', 'pattern', 'const', 'enum'];

/**
 * The places in a schema where more fits than anybody means.
 *
 * @param at the way to the schema, for the sentences
 */
export function boundless(schema: Schema, at: string): string[] {
  if ('const' in schema || 'enum' in schema) return [];
  const choices = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => schemasIn(schema[key]));
  const found = choices.flatMap(([, choice]) => boundless(choice, at));
  if (schema.type === 'string' && !endsText.some((key) => key in schema))
    found.push(`${at} takes text of any length; give it a maxLength`);
  if (schema.type === 'array' && !('maxItems' in schema))
    found.push(`${at} takes a list of any length; give it maxItems`);
  if (isSchema(schema.items)) found.push(...boundless(schema.items, `${at}[]`));
  if (schema.type === 'object') found.push(...boundlessObject(schema, at));
  return found;
}

function boundlessObject(schema: Schema, at: string): string[] {
  const { properties, patternProperties, additionalProperties } = schema;
  const found = [...schemasIn(properties), ...schemasIn(patternProperties)].flatMap(
    ([name, inner]) => boundless(inner, `${at}.${name}`),
  );
  if (isSchema(additionalProperties)) found.push(...boundless(additionalProperties, `${at}.*`));
  else if (additionalProperties !== false && !patternProperties)
    found.push(`${at} takes names nobody declared; set additionalProperties to false`);
  return found;
}
