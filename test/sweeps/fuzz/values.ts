/** Values for a schema: such as fit, at its edges too, and such as hurt. */
import fc from 'fast-check';
import type { Schema } from './document.ts';

/** What stands for a property of this name instead of something made up. */
export type Named = Readonly<Record<string, readonly unknown[]>>;

/** Written into the JSON without quotes, where nothing that can be parsed stands for it. */
export const raw = (text: string) => `{{raw:${text}}}`;

const units = [
  ...['a', 'Z', '0', ' ', '.', '-', "'", '"', '%', '_', '\\', '/', '<', '&', '$', '+', '\n', '\t'],
  ...['é', 'ß', 'İ', '漢', 'ب', '🦄', '𝔘', '\u0301', '\u200b', '\u202e', '\u2028', '\ufffd'],
  ...['\u0001', '\u007f', '\u0085'],
];

/** Text of this length in code points, as JSON Schema counts them. */
function texts(min: number, max: number): fc.Arbitrary<string> {
  const lengths = [min, min + 1, Math.min(max, min + 7), max - 1, max];
  const some = [...new Set(lengths)].filter((length) => length >= min && length <= max);
  const repeated = fc
    .tuple(fc.constantFrom(...units), fc.constantFrom(...some))
    .map(([unit, length]) => unit.repeat(length));
  const maxLength = Math.min(max, min + 40);
  const mixed = fc
    .array(fc.oneof(fc.constantFrom(...units), fc.string({ unit: 'grapheme', maxLength: 1 })), {
      minLength: min,
      maxLength,
    })
    .map((parts) => parts.map((part) => [...part][0] ?? 'x').join(''));
  return fc.oneof(repeated, mixed);
}

const byFormat: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uuid: fc.uuid(),
  email: fc.constantFrom('{{fresh}}@example.com', 'A.b+C{{fresh}}@Example.COM', "o'{{fresh}}@x.io"),
  'date-time': fc.constantFrom(
    '2030-01-01T00:00:00.000Z',
    '1000-01-01T00:00:00Z',
    '2999-12-31T23:59:59.999999Z',
    '2026-02-28T23:59:59.1+14:00',
    '2024-02-29T12:00:00-12:00',
  ),
  date: fc.constantFrom('2030-01-01', '2024-02-29'),
  uri: fc.constantFrom('https://example.com/', 'urn:x:y'),
};

function fittingText({ format, pattern, minLength = 0, maxLength = 300 }: Schema) {
  const known = format && byFormat[format];
  if (known) return known;
  if (!pattern) return texts(minLength, maxLength);
  const rule = new RegExp(pattern, 'u');
  const fits = (text: string) => {
    const { length } = [...text];
    return length >= minLength && length <= maxLength && rule.test(text);
  };
  // What fast-check cannot make from a pattern is loose enough to be met by chance.
  const made = /\\[pP]\{/.test(pattern) ? texts(minLength, maxLength) : fc.stringMatching(rule);
  return made.filter(fits);
}

function fittingNumber({ type, minimum = -1000, maximum = 1000 }: Schema) {
  const edges = fc.constantFrom(minimum, maximum);
  if (type === 'integer') return fc.oneof(edges, fc.integer({ min: minimum, max: maximum }));
  return fc.oneof(edges, fc.double({ min: minimum, max: maximum, noNaN: true }));
}

function fittingObject(schema: Schema, named: Named): fc.Arbitrary<unknown> {
  const { properties, patternProperties = {}, required = [], minProperties = 0 } = schema;
  if (properties) {
    const entries = Object.entries(properties).map(
      ([name, inner]) => [name, fitting(inner, named, name)] as const,
    );
    return fc
      .record(Object.fromEntries(entries), { requiredKeys: [...required] })
      .filter((value) => Object.keys(value as object).length >= minProperties);
  }
  const [[pattern, inner] = ['.', {}]] = Object.entries(patternProperties);
  const keys = fc.stringMatching(new RegExp(pattern)).filter((key) => key.isWellFormed());
  return fc.dictionary(keys, fitting(inner, named), { maxKeys: 3, noNullPrototype: true });
}

/** Values that fit a schema. */
export function fitting(schema: Schema, named: Named = {}, name = ''): fc.Arbitrary<unknown> {
  const { type, anyOf, items = {}, minItems = 0, maxItems = 4, uniqueItems } = schema;
  if (type !== 'array') {
    const { [name]: known, ...others } = named;
    if (known) {
      const usual = { weight: 5, arbitrary: fc.constantFrom(...known) };
      return fc.oneof(usual, { weight: 1, arbitrary: fitting(schema, others, name) });
    }
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (anyOf) return fc.oneof(...anyOf.map((one) => fitting(one, named, name)));
  if (type === 'integer' || type === 'number') return fittingNumber(schema);
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'object') return fittingObject(schema, named);
  if (type !== 'array') return fittingText(schema);
  const maxLength = Math.min(maxItems, minItems + 3);
  const lengths = { minLength: minItems, maxLength };
  const item = fitting(items, named, name);
  return uniqueItems ? fc.uniqueArray(item, lengths) : fc.array(item, lengths);
}

/** Text that hurts: what no database keeps, no parser likes, no person can see. */
const nastyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '\0',
    'a\0b',
    '\ud800',
    '\udc00x',
    ' ',
    'null',
    'true',
    '-1',
    'NaN',
    '%',
    '%00',
  ),
  fc.constantFrom(
    "' or 1=1 --",
    '$1',
    '#{x}',
    '{{x}}',
    '../..',
    '<script>',
    '\r\nX: y',
    '__proto__',
  ),
  fc.constantFrom('x'.repeat(256), '🦄'.repeat(256), 'e\u0301'.repeat(3000), 'x'.repeat(70_000)),
  fc.constantFrom('0000-01-01T00:00:00Z', '2026-12-31T23:59:60Z', '9999-12-31T23:59:59-14:00'),
  fc.constantFrom('2026-02-30T00:00:00Z', '2026-11-20 15:30:00', '2026-11-20T15:30:00', 'infinity'),
  fc.constantFrom('a@b', '@', `${'a'.repeat(250)}@b.co`, 'a@b.co\r\nbcc: c@d.eu', 'é@münchen.de'),
  fc.constantFrom('00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'),
  fc.constantFrom('{019a0000-0000-7000-8000-000000000000}', '019a0000000070008000000000000000'),
);

const nastyNumber = fc.constantFrom<unknown>(
  ...[
    0,
    -0,
    -1,
    1,
    0.1,
    1e-7,
    127,
    255,
    32_768,
    65_536,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 32,
  ],
  ...[2 ** 53 - 1, 2 ** 53, 2 ** 63, 1e21, 1e308, 5e-324, raw('1e400'), raw('-1e999'), raw('1.0')],
);

/** Anything JSON can say, and a little that it cannot. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  nastyText,
  nastyNumber,
  fc.constantFrom<unknown>(null, true, false, [], {}, [null], [[]], { a: {} }),
  fc.constantFrom(raw('{"__proto__":{}}'), raw('{"constructor":{"prototype":1}}'), raw('NaN')),
  fc.constant(raw(`${'['.repeat(5000)}${']'.repeat(5000)}`)),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Just past what fits, as far as the schema says where that ends. */
function past({ minLength, maxLength, minimum, maximum, minItems, maxItems, items }: Schema) {
  const pasts: fc.Arbitrary<unknown>[] = [];
  if (minLength) pasts.push(fc.constant('x'.repeat(minLength - 1)));
  if (maxLength !== undefined) {
    const unit = fc.constantFrom('x', ' ', '🦄', '\u0301');
    pasts.push(unit.map((one) => one.repeat(maxLength + 1)));
  }
  if (minimum !== undefined) pasts.push(fc.constantFrom(minimum - 1, minimum - 0.5, minimum + 0.5));
  if (maximum !== undefined) pasts.push(fc.constantFrom(maximum + 1, maximum + 0.5));
  const some = items && fitting(items);
  if (some && minItems) pasts.push(fc.array(some, { maxLength: minItems - 1 }));
  if (some && maxItems !== undefined) {
    pasts.push(some.map((one) => Array.from({ length: maxItems + 1 }, () => one)));
  }
  return pasts;
}

/** What may stand where something else fits. */
export function misfitting(schema: Schema): fc.Arbitrary<unknown> {
  const alternatives = [schema, ...(schema.anyOf ?? [])];
  return fc.oneof(anything, ...alternatives.flatMap(past));
}
