/** What a store that processes share is to this one. */
import type { Limits } from '#kernel/limits.ts';

/** Makes counters. What they do rejects while the store is away. */
export type SharedStore = {
  readonly counter: Limits['counter'];
  close(): Promise<void>;
};

/** Counters only count: how many are too many is for who asks. */
export const unbounded = { points: Number.MAX_SAFE_INTEGER };
