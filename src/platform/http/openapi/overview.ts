/** What the description says before its first operation: the contract in words, and every problem. */
import { STATUS_CODES } from 'node:http';
import type { ProblemKind } from '#kernel/problem.ts';

/** What a client should do about a status, where a problem says nothing of its own. */
const advices: Readonly<Record<number, string>> = {
  400: 'Correct the request; the same one is refused again.',
  401: 'Sign in, or refresh the access token, and send the request again.',
  403: 'Do not repeat it: somebody else must give the right to it.',
  404: 'Look at the address. What belongs to others is not told from what is not there.',
  405: 'Use a method that `Allow` names.',
  408: 'Send it again, faster.',
  409: 'Read what is there, and decide anew.',
  412: 'Read it again, apply the change to what it is now, and send that.',
  413: 'Send less.',
  414: 'Shorten it; what is long belongs into a body.',
  415: 'Send a type that this takes, and name it in `Content-Type`.',
  422: 'Correct what `errors` or `detail` names; the same request is refused again.',
  428: 'Send the `ETag` that was read as `If-Match`.',
  429: 'Wait for `Retry-After` seconds, and send it again.',
  431: 'Send fewer headers, or shorter ones.',
  500: 'Tell whoever runs the server the `request_id`.',
  501: 'Use a method of HTTP.',
  503: 'Wait for `Retry-After` seconds, and send it again.',
  505: 'Use HTTP 1.1.',
};

const contract = `Bodies are JSON, names are in snake case, instants are in UTC with milliseconds, and who sends a field or a
parameter that is not described here is told so. What is there for clients of other servers speaks as those do.

# Retrying

A request that makes something new takes an \`Idempotency-Key\`: a word of the client's own, new for each
thing. The same request under the same key makes nothing more and is answered as the first was, with
\`Idempotency-Replayed: true\`, for 24 hours. GET, PUT and DELETE may be repeated as they are.

# Editing together

The answer of a single resource has an \`ETag\`. Sent back as \`If-None-Match\` it saves the answer where nothing
changed (304); sent as \`If-Match\` with a change it keeps one from overwriting what somebody else wrote (412).
\`Prefer: return=minimal\` leaves the body of an answer to a change out.

# Limits

\`RateLimit-Policy\` names the limits that count, \`RateLimit\` what is left of them; who sends more is answered
429 with \`Retry-After\`. Some operations have a limit of their own beside everybody's, and say so.`;

const problemsTold = `# Problems

What goes wrong is told as \`application/problem+json\` (RFC 9457). Compare \`code\`, show \`detail\` to people, and
keep \`request_id\` for whoever must look into it. A code means the same wherever it comes from. What a status
asks of a client holds for all of its codes, unless one of them says more. What is told
of no operation in particular (404 and 405 of an address, 500) is not repeated with each.`;

/**
 * The words before the operations, in Markdown.
 *
 * @param kinds every problem there is, each once
 */
export function overview(kinds: readonly ProblemKind[]): string {
  const byStatus = Object.groupBy(kinds, ({ status }) => status) as Record<string, ProblemKind[]>;
  const sections = Object.entries(byStatus).map(([status, some]) =>
    [
      `## ${status} ${STATUS_CODES[status]}`,
      advices[Number(status)] ?? '',
      some
        .map(({ code, title, advice = '' }) => `- \`${code}\`: ${title}. ${advice}`.trim())
        .join('\n'),
    ].join('\n\n'),
  );
  return [contract, problemsTold, ...sections].join('\n\n');
}
