/** What follows from a route's data: its path parameters and the problems it may answer. */
import { type TObject, type TProperties, Type } from 'typebox';
import {
  Forbidden,
  IdempotencyKeyInUse,
  IdempotencyKeyReused,
  Invalid,
  Malformed,
  Overloaded,
  PreconditionFailed,
  PreconditionRequired,
  type ProblemKind,
  TimedOut,
  TooLarge,
  TooManyRequests,
  Unauthenticated,
  Unavailable,
  UnsupportedMedia,
} from '#kernel/problem.ts';
import type { Route } from '#kernel/route.ts';
import { Id } from '#kernel/schema.ts';
import type { Contract } from './contract.ts';
import { CredentialsDisagree } from './credentials.ts';
import { AddressTooLong, HeadersTooLarge } from './sockets.ts';

/** Path parameters are ids unless a route says otherwise; undefined where the path names none. */
export function paramsOf({ path, params }: Route): TObject | undefined {
  if (params) return params;
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  if (names.length === 0) return undefined;
  return Type.Object(Object.fromEntries(names.map((name) => [name, Id])) as TProperties);
}

/**
 * The problems a route may answer: those it names, and those that follow from its shape. What the
 * server says to what is no request for any route is not among them.
 */
export function problemsOf(
  route: Route,
  { isVersioned, isConditional, isChange }: Contract,
): readonly ProblemKind[] {
  const { method, allow, query, body, problems = [], limited, creates } = route;
  const all = [
    ...problems,
    // an address and headers are in every request
    Malformed,
    AddressTooLong,
    HeadersTooLarge,
    // A body that nobody asked for is read all the same.
    ...(body || method !== 'GET' ? [TooLarge, UnsupportedMedia, Invalid] : []),
    ...(allow === 'public' ? [] : [Unauthenticated, Forbidden, CredentialsDisagree]),
    ...(query || body || paramsOf(route) ? [Invalid] : []),
    ...(creates ? [IdempotencyKeyInUse, IdempotencyKeyReused] : []),
    ...(isChange || (isVersioned && method === 'GET') ? [PreconditionFailed] : []),
    ...(isConditional ? [PreconditionRequired] : []),
    ...(limited === false ? [] : [TooManyRequests, Overloaded]),
    TimedOut,
    Unavailable,
  ];
  return [...new Set(all)];
}
