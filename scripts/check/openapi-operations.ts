/** What breaks a client between two descriptions of the API, operation by operation. */
import { problemCodes } from './openapi-codes.ts';
import { type Described, resolve, type Schema, schemaComparison } from './openapi-schemas.ts';

type Contents = Readonly<Record<string, { readonly schema: Schema }>>;
type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
};
type Response = {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Contents;
};
type Operation = {
  readonly operationId?: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Contents };
  readonly responses: Readonly<Record<string, Response>>;
};
export type Document = Described & {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

/** Operations by what a caller writes: parameters of a path may change their names. */
function operationsOf({ paths }: Document): Map<string, Operation> {
  return new Map(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => [
        `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '{}')}`,
        operation,
      ]),
    ),
  );
}

const schemeNames = (alternative: object) => Object.keys(alternative);

/** The ways in that are closed. */
function credentials(before: Operation, now: Operation): string[] {
  const [ways, left] = [before.security ?? [], now.security ?? []];
  if (left.length === 0) return [];
  if (ways.length === 0) return ['needs a credential now'];
  return ways
    .filter((way) => !left.some((other) => schemeNames(other).every((scheme) => scheme in way)))
    .map((way) => `does not take \`${schemeNames(way).join('` with `')}\` any more`);
}

/**
 * Every change that breaks a client that kept to the description before.
 *
 * @returns sentences such as `GET /tasks: answer 200.count is gone`, the same for the same change
 */
export function breakingChanges(before: Document, now: Document): string[] {
  const input = schemaComparison(before, now, 'input');
  const output = schemaComparison(before, now, 'output');

  function parameters(old: Operation, current: Operation): string[] {
    const [some, others] = [keyed(before, old), keyed(now, current)];
    const kept = [...some].flatMap(([key, parameter]) => {
      const other = others.get(key);
      if (!other) return [`does not take \`${parameter.name}\` any more`];
      const needed = other.required && !parameter.required;
      const [unless, instead] = [defaultOf(before, parameter), defaultOf(now, other)];
      const isOther = unless !== undefined && unless !== instead;
      return [
        ...(needed ? [`needs \`${other.name}\` now`] : []),
        ...(isOther ? [`a missing \`${other.name}\` is not \`${unless}\` any more`] : []),
        ...input(parameter.schema, other.schema, other.name),
      ];
    });
    const added = [...others].filter(([key, { required }]) => required && !some.has(key));
    return [...kept, ...added.map(([, { name }]) => `needs \`${name}\` now`)];
  }

  function bodies({ requestBody: old }: Operation, { requestBody: current }: Operation): string[] {
    if (!old) return current?.required ? ['needs a body now'] : [];
    if (!current) return ['does not take a body any more'];
    const needed = current.required && !old.required;
    return [
      ...(needed ? ['needs a body now'] : []),
      ...Object.entries(old.content).flatMap(([type, { schema }]) => {
        const other = current.content[type];
        return other ? input(schema, other.schema, 'body') : [`does not take ${type} any more`];
      }),
    ];
  }

  /** Which problems there are may change, but not how they are written; their shape is told once. */
  function answers(old: Operation, current: Operation): string[] {
    return Object.entries(old.responses).flatMap(([status, response]) => {
      const isPromised = /^[23]/.test(status);
      const other = current.responses[status];
      if (!other) return isPromised ? [`does not answer ${status} any more`] : [];
      const [was, is] = [resolve(before, response), resolve(now, other)];
      return [...written(was, is, status), ...(isPromised ? answer(was, is, status) : [])];
    });
  }

  function written(
    { content = {} }: Response,
    { content: current = {} }: Response,
    status: string,
  ) {
    return Object.keys(content)
      .filter((type) => !(type in current))
      .map((type) => `does not answer ${type} with ${status} any more`);
  }

  function answer(old: Response, current: Response, status: string): string[] {
    const { headers = {}, content = {} } = current;
    const silent = Object.keys(old.headers ?? {}).filter((name) => !(name in headers));
    return [
      ...silent.map((name) => `does not send \`${name}\` with ${status} any more`),
      ...Object.entries(old.content ?? {}).flatMap(([type, { schema }]) => {
        const other = content[type];
        return other ? output(schema, other.schema, `answer ${status}`) : [];
      }),
    ];
  }

  function operation(old: Operation, current: Operation | undefined): string[] {
    if (!current) return ['is gone'];
    const { operationId: name } = current;
    const renamed = old.operationId !== name ? [`is \`${name}\` in generated clients now`] : [];
    return [
      ...renamed,
      ...credentials(old, current),
      ...parameters(old, current),
      ...bodies(old, current),
      ...answers(old, current),
    ];
  }

  const current = operationsOf(now);
  const changed = [...operationsOf(before)].flatMap(([key, old]) =>
    operation(old, current.get(key)).map((what) => `${key}: ${what}`),
  );
  const [told, tells] = [before, now].map(problemOf);
  const codes = problemCodes(now);
  const gone = [...problemCodes(before)].filter((code) => !codes.has(code));
  return [
    ...changed,
    ...(told && tells ? output(told, tells, 'every problem: it') : []),
    ...gone.map((code) => `every problem: its code is \`${code}\` nowhere any more`),
  ];
}

/** The parameters of an operation: those of the path by their place, all others by their names. */
function keyed(document: Document, { parameters = [] }: Operation): Map<string, Parameter> {
  let place = 0;
  return new Map(
    parameters
      .map((parameter) => resolve(document, parameter))
      .map((parameter) => {
        const key = parameter.in === 'path' ? place++ : parameter.name.toLowerCase();
        return [`${parameter.in} ${key}`, parameter];
      }),
  );
}

/** As it is written in JSON; undefined where there is none. */
const defaultOf = (document: Document, { schema }: Parameter): string | undefined =>
  JSON.stringify(resolve(document, schema).default);

const problemOf = ({ components }: Document): Schema | undefined =>
  (components?.schemas as Record<string, Schema> | undefined)?.Problem;
