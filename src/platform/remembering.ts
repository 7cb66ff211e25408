/** What was found out of credentials lately: by their SHA-256, for a time, and so many at most. */
import type { Clock } from '#kernel/clock.ts';

const most = 10_000;

/** Forgets what is out of date, and past its size the oldest. */
export function remembering<Value>(clock: Clock) {
  const held = new Map<string, { readonly value: Value; readonly untilMs: number }>();
  return {
    get(digest: string): Value | undefined {
      const found = held.get(digest);
      if (!found || found.untilMs > clock.now()) return found?.value;
      held.delete(digest);
      return undefined;
    },
    /** @param untilMs since 1970-01-01 */
    set(digest: string, value: Value, untilMs: number) {
      const { value: oldest } = held.keys().next();
      if (oldest !== undefined && held.size >= most) held.delete(oldest);
      held.delete(digest);
      held.set(digest, { value, untilMs });
    },
    delete: (digest: string) => held.delete(digest),
    clear: () => held.clear(),
  };
}
