/** Which edition of a resource an answer shows, and what a request makes depend on that (RFC 9110, 13). */
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { PreconditionFailed } from '#kernel/problem.ts';

const tags = /(W\/)?"([!\x23-\x7e\x80-\xff]*)"/g;

/**
 * A strong entity-tag (8.8.3): the version of the row, which tells whether it was edited, and a digest
 * of the answer, which tells whether it looks the same to this caller.
 */
export const tagOf = (version: number, body: string): string =>
  `"${version}-${hash('sha256', body, 'base64url').slice(0, 22)}"`;

/**
 * The versions in an `If-Match`. Weak tags and those that are none of ours match nothing.
 *
 * @returns undefined where it is not sent, or any version will do
 */
export function versionsIn(ifMatch: string | undefined): readonly number[] | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  return [...ifMatch.matchAll(tags)].flatMap(([, weak, tag = '']) => {
    const [, version] = /^([1-9]\d{0,9})-/.exec(tag) ?? [];
    return weak || version === undefined || Number(version) > 2_147_483_647
      ? []
      : [Number(version)];
  });
}

/**
 * Refuses a change under a condition that it cannot be held to: a date is too coarse, and what has no
 * edition has nothing to compare.
 *
 * @throws PreconditionFailed
 */
export function refuseUntold(headers: IncomingHttpHeaders, isConditional: boolean) {
  const { 'if-match': seen, 'if-unmodified-since': since, 'if-none-match': known } = headers;
  const isUntold = seen === undefined ? since !== undefined : !isConditional && seen.trim() !== '*';
  if (isUntold) {
    throw PreconditionFailed('Only an ETag is taken for a change: in If-Match, where there is one');
  }
  if (known?.trim() === '*') throw PreconditionFailed('A change is of what is there');
}

/** Whether one of the tags is this one, by the weak comparison (8.8.3.2). */
export const isAmong = (given: string, tag: string): boolean =>
  given.trim() === '*' || [...given.matchAll(tags)].some(([, , one]) => `"${one}"` === tag);

/**
 * Whether who asks has it already. A date is to the second, and tells less than a tag: it is asked where
 * no tag is sent (13.1.3).
 */
export function isKnown(
  { 'if-none-match': known, 'if-modified-since': since }: IncomingHttpHeaders,
  tag: string,
  modified: Date,
): boolean {
  if (known !== undefined) return isAmong(known, tag);
  return since !== undefined && modified.getTime() < Date.parse(since) + 1000;
}
