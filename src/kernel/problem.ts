/** Problems (RFC 9457): an error that knows its status, its code and its shape on the wire. */
import { type Static, Type } from 'typebox';

const FieldError = Type.Object({
  loc: Type.Array(Type.Union([Type.String(), Type.Integer()]), {
    description: 'Where: `body`, `query` or `path`, then the way to the value.',
  }),
  msg: Type.String({ description: 'What is wrong there, for a person.' }),
  type: Type.String({ description: 'The rule that was broken.' }),
});
export type FieldError = Static<typeof FieldError>;

export const ProblemBody = Type.Object(
  {
    type: Type.String({ format: 'uri', description: '`urn:plinth:problem:` and the code.' }),
    title: Type.String({ description: 'What the code means, the same each time.' }),
    status: Type.Integer({ description: 'That of the answer.' }),
    detail: Type.String({ description: 'A sentence for a person.' }),
    code: Type.String({ description: 'A word for a program.' }),
    request_id: Type.String({ description: 'As in `X-Request-ID`.' }),
    errors: Type.Optional(
      Type.Array(FieldError, { description: 'What of the input does not fit, each by itself.' }),
    ),
  },
  { title: 'Problem', description: 'RFC 9457 problem details.' },
);
export type ProblemBody = Static<typeof ProblemBody>;

export type ProblemKind = {
  /** Makes the error to throw; `detail` replaces the title as the sentence for a person. */
  (detail?: string, more?: ProblemMore): Problem;
  readonly status: number;
  readonly code: string;
  readonly title: string;
  /** What a client should do, where its status does not say it all. */
  readonly advice?: string;
};

type ProblemMore = {
  readonly errors?: readonly FieldError[];
  /** Response headers that belong to the problem, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What went wrong inside; logged, never shown. */
  readonly cause?: unknown;
};

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(kind: ProblemKind, detail: string, { errors, headers, cause }: ProblemMore) {
    super(detail, { cause });
    this.kind = kind;
    this.errors = errors;
    this.headers = headers;
  }

  body(requestId: string): ProblemBody {
    const { status, code, title } = this.kind;
    return {
      type: `urn:plinth:problem:${code}`,
      title,
      status,
      detail: this.message,
      code,
      request_id: requestId,
      ...(this.errors && { errors: [...this.errors] }),
    };
  }
}

/** Declares a problem once: calling it makes the error, and the docs and tests read the rest. */
export function problem(status: number, code: string, title: string, advice?: string): ProblemKind {
  const make = (detail = title, more: ProblemMore = {}) => new Problem(kind, detail, more);
  const kind: ProblemKind = Object.assign(make, { status, code, title, ...(advice && { advice }) });
  return kind;
}

export const Malformed = problem(400, 'malformed', 'The request cannot be read');
export const Unauthenticated = problem(401, 'unauthenticated', 'Sign in first');
export const Forbidden = problem(403, 'forbidden', 'Not allowed');
export const NotFound = problem(404, 'not_found', 'There is nothing here');
export const MethodNotAllowed = problem(405, 'method_not_allowed', 'Not with this method');
export const Conflict = problem(409, 'conflict', 'It conflicts with what is there');
export const IdempotencyKeyInUse = problem(
  409,
  'idempotency_key_in_use',
  'A request with this idempotency key is still running',
  'Wait a moment, and send the same request again.',
);
export const PreconditionFailed = problem(
  412,
  'precondition_failed',
  'It was changed meanwhile; read it again',
);
export const TooLarge = problem(413, 'too_large', 'The request is too large');
export const UnsupportedMedia = problem(415, 'unsupported_media_type', 'Not in this format');
export const Invalid = problem(422, 'invalid', 'The request does not fit the schema');
export const IdempotencyKeyReused = problem(
  422,
  'idempotency_key_reused',
  'This idempotency key was used for another request',
  'Use a new key for another thing.',
);
export const PreconditionRequired = problem(
  428,
  'precondition_required',
  'Say which version you saw, in If-Match',
);
export const TooManyRequests = problem(429, 'too_many_requests', 'Too many requests');
export const Internal = problem(500, 'internal', 'Something went wrong inside');
export const Unavailable = problem(503, 'unavailable', 'Not available right now');
export const Overloaded = problem(503, 'overloaded', 'Too much to do right now');
export const TimedOut = problem(
  503,
  'timeout',
  'It took too long',
  'Wait for `Retry-After` seconds, and send it again: what makes something, under the same `Idempotency-Key`.',
);

/** The single row a statement promised, or the problem that says it is not there. */
export function one<Row>(rows: readonly Row[], missing: ProblemKind): Row {
  const [row] = rows;
  if (row === undefined) throw missing();
  return row;
}
