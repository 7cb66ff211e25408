/** A route as data: its path, who may call it, what goes in and out, and the verb that does it. */
import type { Static, TObject, TSchema } from 'typebox';
import type { Db } from './db.ts';
import type { LimitPolicy } from './limits.ts';
import type { Ports } from './ports.ts';
import type { Allow, Principal } from './principal.ts';
import type { ProblemBody, ProblemKind } from './problem.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The parameters a path names: `/tasks/:id` has `id`. */
type PathParams<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Record<Name, string> & PathParams<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Record<Name, string>
    : unknown;

/** What a handler is given. */
export type Call<Path extends string, Q extends TSchema, B extends TSchema> = {
  /** Scoped to the caller. */
  readonly db: Db;
  readonly principal: Principal;
  readonly ports: Ports;
  readonly params: PathParams<Path>;
  readonly query: Static<Q>;
  readonly body: Static<B>;
};

type Definition<Path extends string, Q extends TObject, B extends TObject, A extends TSchema> = {
  readonly allow: Allow;
  /** A short phrase for the list of routes. */
  readonly summary: string;
  /** What a caller should know beyond the summary. */
  readonly description?: string;
  /** Path parameters are ids unless this says otherwise. */
  readonly params?: TObject;
  readonly query?: Q;
  readonly body?: B;
  /** How the body is written; JSON unless said. `unread` is a body of any type that says nothing. */
  readonly encoding?: 'form' | 'unread';
  readonly answer: A;
  /** 200 unless said. */
  readonly status?: number;
  /** Written as a page instead of JSON: what of the answer is the HTML. */
  readonly html?: (answer: Static<A>) => string;
  /** Response headers that say something of the answer. */
  readonly headers?: (answer: Static<A>) => Readonly<Record<string, string>>;
  /** Other words for its problems, for clients that know no other; what is not a problem of RFC 9457. */
  readonly retell?: (problem: ProblemBody) => object;
  /** The same shape under another status, where the answer itself says that something is wrong. */
  readonly variant?: { readonly status: number; when(answer: Static<A>): boolean };
  /** False for what load balancers ask all the time; a policy of its own for what is dear, or guessed at. */
  readonly limited?: false | LimitPolicy;
  /** It makes something new: safe to retry under an `Idempotency-Key`. */
  readonly creates?: true;
  /** The problems of its own that it may answer, beside those every route has. */
  readonly problems?: readonly ProblemKind[];
  run(call: Call<Path, Q, B>): Static<A> | Promise<Static<A>>;
};

/** A route once its types no longer matter. */
export type Route = Omit<Definition<string, TObject, TObject, TSchema>, 'run'> & {
  readonly method: Method;
  readonly path: string;
  run(call: Call<string, TObject, TObject>): unknown;
};

function under(prefix: string) {
  const method =
    (verb: Method) =>
    <
      const Path extends string,
      A extends TSchema,
      Q extends TObject = TObject,
      B extends TObject = TObject,
    >(
      path: Path,
      definition: Definition<Path, Q, B, A>,
    ): Route =>
      ({ ...definition, method: verb, path: prefix + path }) as Route;
  return {
    get: method('GET'),
    post: method('POST'),
    put: method('PUT'),
    patch: method('PATCH'),
    delete: method('DELETE'),
  };
}

/** Routes of the API, under `/api/v1`. */
export const api = under('/api/v1');
/** Routes that stand beside it: health, keys, other dialects. */
export const root = under('');
