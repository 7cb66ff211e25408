/** When something was used last, written in batches: however often it is used, at most once a minute. */

const everyMs = 60_000;
/** Past this many a batch is written early. */
const largestBatch = 5_000;

/** Ids, and when each was used last, in ms since 1970-01-01. */
export type Uses = ReadonlyMap<string, number>;

/**
 * @param write one statement for the whole batch; where it fails, the batch is tried with the next one
 * @returns `note` for each use, and `close` to write what is still held
 */
export function lastUse(write: (uses: Uses) => Promise<unknown>) {
  let held = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  async function flush() {
    clearTimeout(timer);
    timer = undefined;
    if (held.size === 0) return;
    const batch = held;
    held = new Map();
    try {
      await write(batch);
    } catch {
      // The database is away: when it was used is not worth a failed request, nor endless memory.
      if (batch.size < largestBatch) held = new Map([...batch, ...held]);
    }
  }

  return {
    note(id: string, atMs: number) {
      held.set(id, atMs);
      if (held.size >= largestBatch) void flush();
      else if (!timer) {
        timer = setTimeout(flush, everyMs);
        timer.unref();
      }
    },
    close: flush,
  };
}
