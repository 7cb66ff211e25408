/** Which sessions have ended, as every process must know before it believes a token. */
export type Revocations = {
  /** Whether the session ended while tokens of it may still be about. */
  has(session_id: string): boolean;
  /** Knows at once, without asking the database, what this process itself has ended. */
  add(session_ids: readonly string[]): void;
  /**
   * Nothing where the set is known to be complete up to a moment ago; else a promise that it is,
   * which rejects while the database cannot be asked.
   */
  confirm(): Promise<void> | undefined;
};
