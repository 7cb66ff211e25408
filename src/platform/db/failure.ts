/** What the database's errors mean to a caller. */
import { Conflict, Invalid, type Problem, TimedOut, Unavailable } from '#kernel/problem.ts';

/** Network failures, and SQLSTATE classes that say the server cannot take work at the moment. */
const unavailable =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT|08...|53...|57P0[1235]|58...|25006)$/;

/** `pg` gives these no code. */
const unavailableMessage =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Query read timeout)/;

type Failure = { code?: unknown; message?: unknown; errors?: unknown };

/** Whether the database is away for now, and the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, message, errors } = error as Failure;
  if (Array.isArray(errors) && errors.length > 0) return errors.every(isUnavailable);
  if (typeof code === 'string') return unavailable.test(code);
  return unavailableMessage.test(String(message));
}

/** Values that no column holds, such as the 31st of February: PostgreSQL's data exceptions. */
const dataException = /^22/;
/** Serialization failure and deadlock: the loser of two may simply try again. */
const lostRace = /^40(001|P01)$/;
/** We cancelled the statement, or the server's own limit did. */
const cancelled = '57014';
/** Unique and foreign key violations that no service has given a meaning. */
const brokenConstraint = /^23(503|505)$/;

const retryAfter = { 'retry-after': '1' };

/** Work that was ended because nobody waits for it any more, and of which nothing is left. */
export const takenBack = (cause?: unknown) =>
  TimedOut('It took too long, and was taken back', { headers: retryAfter, cause });

/** The problem an error of the database is to a caller; undefined if it is our own fault. */
export function databaseProblem(error: unknown): Problem | undefined {
  const retry = { headers: retryAfter, cause: error };
  if (isUnavailable(error)) return Unavailable('The database is away; try again soon', retry);
  const { code } = error as Failure;
  if (typeof code !== 'string') return undefined;
  if (code === cancelled) return takenBack(error);
  if (lostRace.test(code)) return Unavailable('Somebody else was faster; try again', retry);
  if (dataException.test(code)) return Invalid('A value cannot be stored', { cause: error });
  if (brokenConstraint.test(code)) return Conflict(undefined, { cause: error });
  return undefined;
}
