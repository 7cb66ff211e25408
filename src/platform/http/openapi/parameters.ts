/** Parameters of the API description: of the path, of the query, and the headers the contract has. */
import type { TObject } from 'typebox';
import type { Route } from '#kernel/route.ts';
import { paging } from '#kernel/schema.ts';
import type { Contract } from '../contract.ts';
import { paramsOf } from '../documentation.ts';
import { isRequired, type JsonSchema, type Reference, type SchemaLibrary } from './schemas.ts';

export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description?: string;
  readonly required: boolean;
  readonly schema: JsonSchema | Reference;
};

const header = (name: string, description: string, example: string, more: JsonSchema = {}) => ({
  name,
  in: 'header' as const,
  description,
  required: false,
  schema: { type: 'string', examples: [example], ...more },
});

/** The request headers of the contract, by the names they have in the document. */
const requestHeaders = {
  IdempotencyKey: header(
    'Idempotency-Key',
    'A new word for each thing to be made, such as a UUID: within 24 hours the same request under the same key makes nothing more, and is answered as the first was.',
    '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    { minLength: 1, maxLength: 257 },
  ),
  IfMatch: header(
    'If-Match',
    'The `ETag` of the version that was read: if it is another by now, nothing is done and the answer is 412.',
    '"3-Zk9vYl3hT0aQ"',
  ),
  IfModifiedSince: header(
    'If-Modified-Since',
    'The `Last-Modified` of an earlier answer: 304 if it was not changed since.',
    'Fri, 20 Nov 2026 15:30:00 GMT',
  ),
  IfNoneMatch: header(
    'If-None-Match',
    'The `ETag` of an earlier answer: 304 if that is what it is still.',
    '"3-Zk9vYl3hT0aQ"',
  ),
  Prefer: header(
    'Prefer',
    '`return=minimal` (RFC 7240): the answer needs no body.',
    'return=minimal',
  ),
} as const;
type RequestHeader = keyof typeof requestHeaders;

/** What every list takes; it is told once. */
const shared = new Set<unknown>(Object.values(paging));

/** @returns parameters to be told once, and what tells those of a route */
export function parameterLibrary(schemas: SchemaLibrary) {
  const named: Record<string, Parameter> = {};

  function share(name: string, parameter: Parameter): Reference {
    named[name] = parameter;
    return { $ref: `#/components/parameters/${name}` };
  }

  function of(route: Route, contract: Contract): (Parameter | Reference)[] {
    return [
      ...within('path', paramsOf(route)),
      ...within('query', route.query),
      ...headersOf(route, contract).map((name) => share(name, requestHeaders[name])),
    ];
  }

  function within(place: 'path' | 'query', object: TObject | undefined) {
    if (!object) return [];
    return Object.entries(object.properties).map(([name, property]) => {
      const { description, ...schema } = property as JsonSchema;
      const parameter: Parameter = {
        name,
        in: place,
        ...(typeof description === 'string' && { description }),
        required: place === 'path' || isRequired(object, name),
        schema: schemas.embed(schema),
      };
      return shared.has(property) ? share(name, parameter) : parameter;
    });
  }

  /** Every parameter told once so far, by name. */
  const all = () => Object.fromEntries(Object.entries(named).sort());

  return { of, all };
}
export type ParameterLibrary = ReturnType<typeof parameterLibrary>;

function headersOf(
  { method, creates }: Route,
  { isVersioned, isConditional }: Contract,
): RequestHeader[] {
  const reads = method === 'GET';
  const conditions: RequestHeader[] = reads ? ['IfNoneMatch', 'IfModifiedSince'] : ['Prefer'];
  return [
    ...(isConditional || (isVersioned && reads) ? (['IfMatch'] as const) : []),
    ...(isVersioned ? conditions : []),
    ...(creates ? (['IdempotencyKey'] as const) : []),
  ];
}
