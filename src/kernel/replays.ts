/** First answers, kept for whoever sends the same request again under the same `Idempotency-Key`. */
import type { Db } from './db.ts';

/** An answer as it went out: what it says, and the headers that say something of it. */
export type Given = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** A request that may be sent again. */
export type Repeatable = {
  /** Whose key it is: two callers may choose the same. */
  readonly caller: string;
  readonly key: string;
  /** What is asked, to tell another request under the same key. */
  readonly request: string;
};

export type Replays = {
  /**
   * The first answer, where there was one within a day.
   *
   * @throws IdempotencyKeyReused where it was to another request
   */
  find(db: Db, asked: Repeatable): Promise<Given | undefined>;
  /** Marks it as running, until the transaction ends. @throws IdempotencyKeyInUse */
  begin(db: Db, asked: Repeatable): Promise<void>;
  /** Keeps the answer, in the transaction that was begun. */
  keep(db: Db, asked: Repeatable, given: Given): Promise<void>;
};
