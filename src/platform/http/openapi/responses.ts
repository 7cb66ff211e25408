/** Responses of the API description: what a route promises when all goes well. */
import { STATUS_CODES } from 'node:http';
import type { Route } from '#kernel/route.ts';
import type { Contract } from '../contract.ts';
import type { ExampleLibrary } from './examples.ts';
import { type HeaderName, type Headers, limits, referring } from './headers.ts';
import type { JsonSchema, Reference, SchemaLibrary } from './schemas.ts';

export type Media = {
  readonly schema: JsonSchema | Reference;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, unknown>>;
};
export type Response = {
  readonly description: string;
  readonly headers?: Headers;
  readonly content?: Readonly<Record<string, Media>>;
};
/** What answers are told with. */
export type Libraries = { readonly schemas: SchemaLibrary; readonly examples: ExampleLibrary };

const page = {
  'text/html': {
    schema: { type: 'string' },
    example: '<!doctype html>\n<title>Welcome</title>\n<p>Hello Ada.</p>\n',
  },
};

const describe = (
  status: number,
  names: readonly HeaderName[],
  content?: Response['content'],
): Response => ({
  description: STATUS_CODES[status] as string,
  headers: referring(names),
  ...(content && { content }),
});

/** The answers when all went well, by status: what was asked for, or less where less will do. */
export function successes(
  route: Route,
  { isVersioned, placedBy }: Contract,
  libraries: Libraries,
): Record<string, Response> {
  const { method, status = 200, variant } = route;
  const reads = method === 'GET';
  const common: HeaderName[] = ['X-Request-ID', ...(route.limited === false ? [] : limits)];
  if (isVersioned) common.push('ETag', 'Last-Modified');
  if (route.creates) common.push('Idempotency-Replayed');
  const names = placedBy ? [...common, 'Location' as const] : common;
  const shortened: HeaderName[] = isVersioned && !reads ? ['Preference-Applied'] : [];
  const content = contentOf(route, libraries);
  return {
    [status]: describe(status, status === 201 ? [...names, ...shortened] : names, content),
    ...(variant && { [variant.status]: describe(variant.status, names, content) }),
    ...(shortened.length > 0 &&
      status !== 201 && { 204: describe(204, [...common, ...shortened]) }),
    ...(isVersioned && reads && { 304: describe(304, common) }),
  };
}

function contentOf(
  { answer, html, status }: Route,
  { schemas, examples }: Libraries,
): Response['content'] {
  if (status === 204) return undefined;
  if (html) return page;
  return { 'application/json': { schema: schemas.embed(answer), ...examples.of(answer) } };
}
