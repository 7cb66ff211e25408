/**
 * Guessing made slow: failures counted by account and by the network they come from, in all processes
 * together where limits have a store that they share.
 */
import type { ProblemKind } from './problem.ts';

export type Attempt = {
  /** An e-mail address, in whatever spelling, of an account that need not exist. */
  readonly account: string;
  /** Of the client. */
  readonly address: string;
  /**
   * Asked only where an account is guessed at from many networks: whether its owner was seen at this
   * one, who is not kept out by strangers.
   */
  isKnown(): Promise<boolean>;
  /** What counts as failed; whatever is refused, unless said. */
  readonly failure?: ProblemKind;
};

export type Attempts = {
  /**
   * Does what proves a secret. It counts as failed until it is done, so that many at once are no way
   * round; then what went before is forgiven. What is refused stays counted. What could not be told,
   * while the database is away for one, counts as nothing.
   *
   * @throws TooManyRequests with `Retry-After`, before any work; and what the work throws
   */
  run<Result>(attempt: Attempt, work: () => Promise<Result>): Promise<Result>;
};
