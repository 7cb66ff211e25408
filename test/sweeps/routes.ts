/** The routes of a registry as a sweep goes over them: addresses filled in, inputs made up. */
import { randomUUID } from 'node:crypto';
import type { Feature } from '#kernel/feature.ts';
import type { Route } from '#kernel/route.ts';
import { sample } from './samples.ts';

export type Swept = Route & { readonly feature: string; readonly operation: string };

export const routesOf = (features: readonly Feature[]): Swept[] =>
  features.flatMap(({ name, routes }) =>
    Object.entries(routes).map(([key, route]) => ({
      ...route,
      feature: name,
      operation: `${name}-${key}`,
    })),
  );

/** The names of the parameters in a path. */
export const paramsIn = ({ path }: Route): string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);

/** The request line of a route, with these values for its path parameters; others are ids of nothing. */
export function lineOf({ method, path }: Route, values: Readonly<Record<string, string>>) {
  const filled = path.replace(/:(\w+)/g, (_, name) =>
    encodeURIComponent(values[name] ?? randomUUID()),
  );
  return `${method} ${filled}`;
}

/**
 * A body that fits, and how it is sent.
 *
 * @param given values of properties; what is undefined here is left out
 */
export function bodyOf({ body, encoding }: Route, marker: string, given = {}) {
  if (!body) return {};
  const value = sample(body, marker, given) as Record<string, string>;
  if (encoding !== 'form') return { body: value };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { body: new URLSearchParams(value).toString(), more: { headers } };
}
