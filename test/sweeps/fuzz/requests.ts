/** Requests for an operation: such as fit, such as fit but for one thing, and such as fit in nothing. */
import fc from 'fast-check';
import type { Operation, Parameter, Schema } from './document.ts';
import { anyHeaders, contentTypes } from './fields.ts';
import { anything, fitting, misfitting, type Named } from './values.ts';

const askers = ['person', 'colleague', 'superuser', 'key', 'device', 'nobody', 'forger'] as const;
export type Asker = (typeof askers)[number];

/** A request before it is known which ids are real: `{{task}}` stands for that of a task. */
export type Request = {
  /** Who asks; `usual` is whoever the operation is for. */
  readonly as: Asker | 'usual';
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: readonly (readonly [string, unknown])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What is done to the body once it is written. */
  readonly spoilt?: 'cut' | 'doubled' | 'emptied' | 'not UTF-8' | 'begun by a mark';
  readonly contentType?: string;
};

const spoiling = ['cut', 'doubled', 'emptied', 'not UTF-8', 'begun by a mark'] as const;

type Names = { readonly path: Named; readonly query: Named; readonly body: Named };

const among = ({ parameters }: Operation, place: Parameter['in']) =>
  parameters.filter((one) => one.in === place);

/** Puts a value at a place, given as the keys on the way; no key is the whole. */
function put(whole: unknown, [key, ...way]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(whole)) return [put(whole[0], way, value), ...whole.slice(1)];
  const object = (typeof whole === 'object' && whole) || {};
  return { ...object, [key]: put((object as Record<string, unknown>)[key], way, value) };
}

function without(whole: unknown, key: string): unknown {
  const { [key]: _, ...rest } = whole as Record<string, unknown>;
  return rest;
}

type Place = { readonly way: readonly (string | number)[]; readonly schema: Schema };

/** Every place in a body: the whole, its properties, and what lies in those. */
function placesIn(schema: Schema, way: Place['way'] = []): readonly Place[] {
  const { properties = {}, patternProperties = {}, items, anyOf = [] } = schema;
  return [
    { way, schema },
    ...Object.entries(properties).flatMap(([name, inner]) => placesIn(inner, [...way, name])),
    ...Object.values(patternProperties).flatMap((inner) => placesIn(inner, [...way, 'tasks'])),
    ...(items ? placesIn(items, [...way, 0]) : []),
    ...anyOf.filter(({ type }) => type !== 'null').flatMap((one) => placesIn(one, way).slice(1)),
  ];
}

/** The request with one thing wrong with it, each thing by itself. */
function wrongs(
  operation: Operation,
  fit: fc.Arbitrary<Request>,
): readonly fc.Arbitrary<Request>[] {
  const { body } = operation;
  const change = <Value>(
    value: fc.Arbitrary<Value>,
    how: (request: Request, value: Value) => Request,
  ) => fc.tuple(fit, value).map(([request, value]) => how(request, value));

  const paths = among(operation, 'path').map(({ name, schema }) =>
    change(misfitting(schema), (request, value) => ({
      ...request,
      path: { ...request.path, [name]: value },
    })),
  );
  const queries = among(operation, 'query').flatMap(({ name, schema }) => [
    change(misfitting(schema), ({ query, ...rest }, value) => ({
      ...rest,
      query: [...query.filter(([other]) => other !== name), [name, value] as const],
    })),
    change(fc.oneof(fitting(schema), anything), ({ query, ...rest }, value) => ({
      ...rest,
      query: [...query, [name, value] as const, [name, value] as const],
    })),
  ]);
  const strays = fc.constantFrom('x', 'owner_id', '__proto__', 'toString', '', '🦄', 'id[]');
  const others = [
    change(fc.tuple(strays, anything), ({ query, ...rest }, stray) => ({
      ...rest,
      query: [...query, stray],
    })),
    change(anyHeaders, (request, headers) => ({ ...request, headers })),
    change(anything, (request, body) => ({ ...request, body })),
    change(fc.tuple(contentTypes, anything), (request, [contentType, body]) => ({
      body,
      ...request,
      contentType,
    })),
  ];
  if (!body) return [...paths, ...queries, ...others];
  const bodies = placesIn(body.schema).map(({ way, schema }) =>
    change(misfitting(schema), (request, value) => ({
      ...request,
      body: put(request.body, way, value),
    })),
  );
  const missing = Object.keys(body.schema.properties ?? {}).map((name) =>
    fit.map((request) => ({ ...request, body: without(request.body, name) })),
  );
  const rest = [
    change(fc.tuple(strays, anything), (request, [name, value]) => ({
      ...request,
      body: put(request.body, [name], value),
    })),
    change(fc.constantFrom(...spoiling), (request, spoilt) => ({ ...request, spoilt })),
  ];
  return [...paths, ...queries, ...others, ...bodies, ...missing, ...rest];
}

/** Some of the fields, since not all go together: those that must be, and three others at most. */
function fewOf(
  values: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  required: readonly string[],
) {
  const optional = Object.keys(values).filter((name) => !required.includes(name));
  const chosen = fc.subarray(optional, { maxLength: Math.min(3, optional.length) });
  return fc
    .tuple(fc.record(values), chosen)
    .map(([all, some]) => [...required, ...some].map((name) => [name, all[name]] as const));
}

/**
 * Requests for an operation, a third of which fit.
 *
 * @param isDear whether what fits costs much, as where a password is hashed: then a tenth fit
 */
export function requestsFor(operation: Operation, names: Names, isDear: boolean) {
  const valuesIn = (place: 'path' | 'query') => {
    const entries = among(operation, place).map(
      ({ name, schema }) => [name, fitting(schema, names[place], name)] as const,
    );
    return Object.fromEntries(entries);
  };
  const required = among(operation, 'query').filter((one) => one.required);
  const requiredKeys = required.map(({ name }) => name);
  const { body } = operation;
  const usual = { weight: 9, arbitrary: fc.constant<Request['as']>('usual') };
  const fit: fc.Arbitrary<Request> = fc.record({
    as: fc.oneof(usual, { weight: 1, arbitrary: fc.constantFrom(...askers) }),
    path: fc.record(valuesIn('path')),
    query: fewOf(valuesIn('query'), requiredKeys),
    headers: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, anyHeaders),
    ...(body && { body: fitting(body.schema, names.body) }),
  });
  const fields = Object.keys(body?.schema.properties ?? {});
  const wild: fc.Arbitrary<Request> = fc.record({
    as: fc.constantFrom<Request['as']>('usual', ...askers),
    path: fc.record(
      Object.fromEntries(among(operation, 'path').map(({ name }) => [name, anything])),
    ),
    query: fc.array(fc.tuple(fc.constantFrom('x', ...Object.keys(valuesIn('query'))), anything), {
      maxLength: 3,
    }),
    headers: anyHeaders,
    body: fc.oneof(anything, fc.dictionary(fc.constantFrom('x', ...fields), anything)),
  });
  return fc.oneof(
    { weight: isDear ? 1 : 4, arbitrary: fit },
    { weight: 7, arbitrary: fc.oneof(...wrongs(operation, fit)) },
    { weight: 1, arbitrary: wild },
  );
}
