/** What has ended or changed of which a process may remember otherwise, as every process must know. */
export type Revocations = {
  /** Whether the session ended while tokens of it may still be about. */
  has(session_id: string): boolean;
  /**
   * Whether a user or an API key changed since, so that what was read of it then is worth nothing; or
   * may have, for changes are forgotten after a while.
   *
   * @param readAtMs when the reading began, by `performance.now()`
   */
  changedSince(readAtMs: number, ...ids: readonly string[]): boolean;
  /** How long a change is known of, in ms. */
  readonly keepMs: number;
  /** Knows at once, without asking the database, what this process itself has ended or changed. */
  add(ids: readonly string[]): void;
  /**
   * Nothing where the set is known to be complete up to a moment ago; else a promise that it is,
   * which rejects while the database cannot be asked.
   */
  confirm(): Promise<void> | undefined;
};
