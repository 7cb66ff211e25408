/** Limits: where requests and guesses are counted, and how that goes. */

/** What was counted under a key. */
export type Count = {
  readonly consumedPoints: number;
  /** Until it begins anew. */
  readonly msBeforeNext: number;
};

/** Counts by key in windows of time; each key's window begins at its first count. */
export type Counter = {
  /** Counts. @param options `customDuration` is the seconds of a window that begins now */
  consume(key: string, points?: number, options?: { customDuration?: number }): Promise<Count>;
  /** Takes back what was counted. */
  reward(key: string, points?: number, options?: { customDuration?: number }): Promise<unknown>;
  /** Looks without counting. */
  get(key: string): Promise<Count | null>;
  /** Forgets what was counted. */
  delete(key: string): Promise<unknown>;
};

/** One for the process, whatever it counts. */
export type Limits = {
  readonly store: 'memory' | 'redis' | 'postgresql';
  /** @param name of what it counts, the same in every process */
  counter(name: string, windowSeconds: number): Counter;
  /** False while the store is away, and this process counts for itself. */
  isWell(): boolean;
  /** How often the store went away. */
  outages(): number;
  /** Refused requests by policy. */
  readonly refused: Map<string, number>;
  close(): Promise<void>;
};

/** What has a limit of its own, beside the one everybody has. */
export type LimitPolicy = 'login' | 'signup' | 'recovery' | 'invitations' | 'uploads';
