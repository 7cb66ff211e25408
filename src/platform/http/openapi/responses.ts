/** Responses of the API description: the answer a route promises, and the problems beside it. */
import { STATUS_CODES } from 'node:http';
import { ProblemBody, type ProblemKind } from '#kernel/problem.ts';
import type { Route } from '#kernel/route.ts';
import { type JsonSchema, type Reference, type SchemaLibrary, sortByName } from './schemas.ts';

type Headers = Readonly<Record<string, Reference>>;
type Media = {
  readonly schema: JsonSchema | Reference;
  readonly examples?: Readonly<Record<string, unknown>>;
};
export type Response = {
  readonly description: string;
  readonly headers?: Headers;
  readonly content?: Readonly<Record<string, Media>>;
};

const header = (description: string, schema: JsonSchema) => ({ description, schema });

/** The headers that answers share. */
export const headers = {
  'X-Request-ID': header('The id of the request: the one it came with, or a new one.', {
    type: 'string',
  }),
  RateLimit: header('What is left, and the seconds until it is full again.', {
    type: 'string',
    examples: ['"minute";r=599;t=60'],
  }),
  'RateLimit-Policy': header('How many requests a caller may make in how many seconds.', {
    type: 'string',
    examples: ['"minute";q=600;w=60'],
  }),
  'Retry-After': header('Seconds to wait before the next attempt.', { type: 'integer' }),
  'WWW-Authenticate': header('The kind of credential that is asked for.', {
    type: 'string',
    examples: ['Bearer'],
  }),
} as const;
type HeaderName = keyof typeof headers;

const limits: readonly HeaderName[] = ['RateLimit', 'RateLimit-Policy'];
/** The headers a refusal brings with it (RFC 9110; draft-ietf-httpapi-ratelimit-headers). */
const refusals: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After', ...limits],
  503: ['Retry-After'],
};

const referring = (names: readonly HeaderName[]): Headers =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const page = { 'text/html': { schema: { type: 'string' } } };

/** The answer when all went well. */
export function success(
  { answer, status = 200, limited, html }: Route,
  schemas: SchemaLibrary,
): Response {
  const json = () => ({ 'application/json': { schema: schemas.embed(answer) } });
  return {
    description: STATUS_CODES[status] as string,
    headers: referring(['X-Request-ID', ...(limited === false ? [] : limits)]),
    ...(status !== 204 && { content: html ? page : json() }),
  };
}

/** Gathers the sets of problems that share a status on some route: each set is described once. */
export function problemLibrary(schemas: SchemaLibrary) {
  const shared = new Map<string, Response>();

  /** References to the responses for these problems, by status. */
  function refer(kinds: readonly ProblemKind[]): Record<string, Reference> {
    const byStatus = Object.groupBy(kinds, ({ status }) => status) as Record<string, ProblemKind[]>;
    const references = Object.entries(byStatus).map(([status, some]) => [
      status,
      share(Number(status), some),
    ]);
    return Object.fromEntries(references);
  }

  function share(status: number, kinds: readonly ProblemKind[]): Reference {
    const name = [status, ...kinds.map(({ code }) => code)].join('.');
    const response = describe(status, kinds);
    const known = shared.get(name);
    if (known && known.description !== response.description) {
      throw new Error(`two different problems are ${name}`);
    }
    shared.set(name, response);
    return { $ref: `#/components/responses/${name}` };
  }

  function describe(status: number, kinds: readonly ProblemKind[]): Response {
    const examples = kinds.map((kind) => [
      kind.code,
      { summary: kind.title, value: kind().body('019a0000-0000-7000-8000-000000000000') },
    ]);
    const names = refusals[status];
    return {
      description: kinds.map(({ code, title }) => `\`${code}\`: ${title}.`).join('\n\n'),
      ...(names && { headers: referring(names) }),
      content: {
        'application/problem+json': {
          schema: schemas.embed(ProblemBody),
          examples: Object.fromEntries(examples),
        },
      },
    };
  }

  /** Every response referred to so far, by name. */
  const all = () => sortByName(shared);

  return { refer, all };
}
export type ProblemLibrary = ReturnType<typeof problemLibrary>;
