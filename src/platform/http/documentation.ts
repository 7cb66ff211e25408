/** What follows from a route's data: its path parameters and the problems it may answer. */
import { type TObject, type TProperties, Type } from 'typebox';
import {
  Forbidden,
  Invalid,
  Malformed,
  type ProblemKind,
  TooLarge,
  TooManyRequests,
  Unauthenticated,
  Unavailable,
  UnsupportedMedia,
} from '#kernel/problem.ts';
import type { Route } from '#kernel/route.ts';
import { Id } from '#kernel/schema.ts';
import { CredentialsDisagree } from './credentials.ts';

/** Path parameters are ids unless a route says otherwise; undefined where the path names none. */
export function paramsOf({ path, params }: Route): TObject | undefined {
  if (params) return params;
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  if (names.length === 0) return undefined;
  return Type.Object(Object.fromEntries(names.map((name) => [name, Id])) as TProperties);
}

/** The problems a route may answer: those it names, and those that follow from its shape. */
export function problemsOf(route: Route): readonly ProblemKind[] {
  const { allow, query, body, problems = [], limited } = route;
  const all = [
    ...problems,
    ...(body ? [Malformed, TooLarge, UnsupportedMedia] : []),
    ...(allow === 'public' ? [] : [Unauthenticated, Forbidden, CredentialsDisagree]),
    ...(query || body || paramsOf(route) ? [Malformed, Invalid] : []),
    ...(limited === false ? [] : [TooManyRequests]),
    Unavailable,
  ];
  return [...new Set(all)];
}
