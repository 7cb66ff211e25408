/** Runs checks together and says of each whether it holds and how long it took. */
import type { Check } from './laws.ts';

type Checks = Readonly<Record<string, Check>>;

/** A check that fails itself does not hold. */
async function timed(check: Check, root: string) {
  const startMs = performance.now();
  const took = () => Math.round(performance.now() - startMs);
  try {
    const found = check(root);
    // without this, what finishes at once would be charged for all that runs before the await ends
    if (Array.isArray(found)) return { sentences: found, tookMs: took() };
    const sentences = await found;
    return { sentences, tookMs: took() };
  } catch (error) {
    return { sentences: [`the check itself failed: ${(error as Error).message}`], tookMs: took() };
  }
}

/**
 * @param say is given each line, in the order of the checks
 * @returns whether all of them hold
 */
export async function report(
  checks: Checks,
  root: string,
  say: (line: string) => void,
): Promise<boolean> {
  const running = Object.entries(checks).map(
    async ([name, check]) => [name, await timed(check, root)] as const,
  );
  let holds = true;
  for (const [name, { sentences, tookMs }] of await Promise.all(running)) {
    say(`${sentences.length === 0 ? '✓' : '✗'} ${name}, ${tookMs} ms`);
    for (const sentence of sentences) say(`  ${sentence}`);
    holds &&= sentences.length === 0;
  }
  return holds;
}
